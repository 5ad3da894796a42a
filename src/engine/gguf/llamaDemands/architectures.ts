import type { Demand } from './demand.ts';

/**
 * What llama.cpp's graphs of single architectures demand, from the assertions of its `src/models/*.cpp`. An
 * architecture that is not named here is held to the general demands alone.
 */

/** Architectures, as files call them, with space between. */
export const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Models that no text is generated with, or not alone: encoders, and drafts for another model's decoding. */
const NO_DECODERS: readonly (readonly [ReadonlySet<string>, string])[] = [
  [
    names(`bert nomic-bert nomic-bert-moe jina-bert-v2 jina-bert-v3 neo-bert modern-bert eurobert
      gemma-embedding llama-embed t5encoder`),
    'an encoder, which predicts no next token',
  ],
  [names('t5'), 'an encoder with a decoder; only decoders alone are read here'],
  [
    names('eagle3 dflash gemma4-assistant'),
    'a draft model for speculative decoding, which runs beside its model only',
  ],
  [names('wavtokenizer-dec pockettts qwen3tts'), 'a model of sound, which reads no text'],
];

/** `GGML_ASSERT(n_embd_head == hparams.n_embd_head_k())`: keys and values are of one width. */
export const EQUAL_HEADS =
  names(`afmoe apertus arcee arctic baichuan bailingmoe2 bitnet bloom chameleon chatglm
  codeshell cogvlm cohere2 cohere2moe command-r dbrx deci deepseek dots1 dream ernie4_5 ernie4_5-moe exaone
  exaone-moe exaone4 falcon gemma gemma2 gemma3 glm4 glm4moe gpt2 gptneox granite granitehybrid granitemoe
  granite_swa graniteswitch grok grovemoe hunyuan-moe hunyuan_vl hy_v3 internlm2 jais jais2 laguna llada
  llada-moe llama llama4 maincoder maple mellum minimax-01 minimax-m2 minimax-m3 mistral3 mpt muse-glimmer
  nanbeige nemotron nemotron_h nemotron_h_moe olmo olmo2 olmoe openelm orion paddleocr pangu-embedded phi2 phi3
  phimoe plamo qwen qwen2 qwen2moe qwen2vl qwen3 qwen35 qwen35moe qwen3moe qwen3next qwen3vl qwen3vlmoe qwen4exp
  refact rnd1 seed_oss smallthinker smollm3 spark2_5 stablelm starcoder starcoder2 talkie xverse`);

/** `GGML_ASSERT(n_embd_head == n_rot)`: rotary positions turn whole heads. */
export const ROTATED_WHOLE =
  names(`apertus arcee arctic baichuan chameleon codeshell cogvlm cohere2moe dbrx deci
  deepseek dots1 dream ernie4_5 ernie4_5-moe exaone exaone-moe exaone4 falcon granite granitemoe granite_swa
  graniteswitch grok grovemoe hunyuan-moe hunyuan_vl hy_v3 internlm2 jais2 llada llada-moe llama llama4 maincoder
  mellum minimax-01 minimax-m2 mistral3 nemotron olmo olmo2 olmoe orion paddleocr pangu-embedded plamo qwen2
  qwen2moe qwen2vl qwen3 qwen3moe qwen3vl qwen3vlmoe rnd1 seed_oss smallthinker smollm3 starcoder2 talkie xverse`);

/** `LLAMA_ROPE_TYPE_NONE` in `llama_model_rope_type`: there are no rotary positions. */
export const UNROTATED =
  names(`gpt2 gptj mpt refact bloom mamba mamba2 jamba jais rwkv6 rwkv6qwen2 rwkv7 arwkv7
  nemotron_h nemotron_h_moe kimi-linear kimi-k3`);

/** Whose graphs read the number of heads by layer, `hparams.n_head(il)`; all others take the first layer's. */
export const HEADS_BY_LAYER = names(`bailingmoe3 deci dots3note gemma4 granitehybrid granite_swa graniteswitch
  granite granitemoe jamba kimi-k3 kimi-linear laguna lfm2 lfm2moe mimo2 nemotron_h nemotron_h_moe openelm plamo2
  plamo3 rwkv6 spark2_5 step35`);

/** Whose graphs read the widths of heads by layer, `hparams.n_embd_head_k(il)`: windows may have their own. */
export const WINDOW_WIDTHS = names('gemma4 laguna maple spark2_5 step35');

/** `LLAMA_ROPE_TYPE_MROPE` and `IMROPE`: positions in several sections. */
export const SECTIONED = names(
  'qwen2vl paddleocr qwen3vl qwen3vlmoe qwen35 qwen35moe qwen4exp glm4 glm4moe hunyuan_vl',
);

/** `create_tensor_qkv` with `TENSOR_NOT_REQUIRED`: the loader misses no attention. */
export const UNCHECKED_ATTENTION = names('phi3');

/** Mixtures whose gate has no default: `LLM_KV_EXPERT_GATING_FUNC` is optional to the loader, not to the graph. */
export const GATE_TO_BE_NAMED = names('dots1 minimax-m2 smallthinker hy_v4');

export const isDecoder: Demand = ({ architecture }) => {
  const is = NO_DECODERS.find(([them]) => them.has(architecture))?.[1];
  return is === undefined ? undefined : `"${architecture}" is ${is}`;
};

/** Assertions on single keys of single architectures: at least so much where the key is given. */
const LEAST: readonly (readonly [architecture: string, suffix: string, least: number])[] = [
  ['ernie4_5-moe', 'interleave_moe_layer_step', 1],
  ['lfm2', 'shortconv.l_cache', 2],
  ['lfm2moe', 'shortconv.l_cache', 2],
  ['nanbeige', 'num_loops', 1],
  ['hrm_text', 'hrm.layers_per_stack', 1],
  ['hrm_text', 'hrm.h_cycles', 1],
  ['hrm_text', 'hrm.l_cycles', 1],
  ['grovemoe', 'experts_per_group', 1],
  ['minimax-m3', 'attention.indexer.block_size', 1],
];

export const holdsLeast: Demand = (facts) => {
  for (const [architecture, suffix, least] of LEAST) {
    const value = facts.architecture === architecture ? facts.number(suffix) : undefined;
    if (value !== undefined && value < least)
      return `${facts.key(suffix)} is ${value}, not at least ${least}`;
  }
  return undefined;
};
