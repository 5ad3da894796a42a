import type { MetadataValue } from '../../protocol/gguf.ts';
import { layerPrefix } from '../gguf/names.ts';
import type { Config } from './config.ts';
import * as hyperparameters from './hyperparameters.ts';
import { llama3Factors, longFactors, ropeOf, scalingOf } from './rope.ts';

/** What is done to a tensor on its way to GGUF. */
export interface Layout {
  /** The rows of each head are interleaved, since llama.cpp turns neighbours and transformers turns halves. */
  readonly heads?: 'query' | 'key';
  /** Rows become columns, as for GPT-2's `Conv1D`. */
  readonly transposed?: true;
  /** Added to every value. */
  readonly plus?: 1;
}

/** `{layer}` and `{expert}` stand for numbers; `.weight` or `.bias` follows. Experts are stacked in their order. */
export type TensorRule = readonly [stored: string, gguf: string, layout?: Layout];

/** How a model of transformers becomes a GGUF model, as convert_hf_to_gguf.py of the pinned llama.cpp does it. */
export interface Architecture {
  /** `general.architecture` */
  readonly name: string;
  /** `architectures` of config.json. */
  readonly classes: readonly string[];
  /** The activations, by transformers' names, that llama.cpp computes for the architecture; the first if none is said. */
  readonly activations: readonly [string, ...string[]];
  readonly tensors: readonly TensorRule[];
  /** What the converter leaves out: buffers, and heads that llama.cpp takes from the embedding. */
  readonly leftOut?: RegExp;
  /** Without the architecture's prefix. */
  readonly hyperparameters: (config: Config) => Readonly<Record<string, MetadataValue>>;
  /** What the converter sets of the vocabulary whatever the tokenizer says, behind `tokenizer.ggml.`. */
  readonly vocabulary?: (config: Config) => Readonly<Record<string, boolean>>;
  /** Tensors that the converter makes from the config. */
  readonly computed?: (config: Config) => Readonly<Record<string, Float32Array | undefined>>;
}

const layer = (stored: string, gguf: string, layout?: Layout): TensorRule =>
  layout === undefined
    ? [`model.layers.{layer}.${stored}`, `${layerPrefix('{layer}')}${gguf}`]
    : [`model.layers.{layer}.${stored}`, `${layerPrefix('{layer}')}${gguf}`, layout];

const outer: readonly TensorRule[] = [
  ['model.embed_tokens', 'token_embd'],
  ['model.norm', 'output_norm'],
  ['lm_head', 'output'],
];
const preNorms = [layer('input_layernorm', 'attn_norm'), layer('post_attention_layernorm', 'ffn_norm')];
const valueAndOutput = [layer('self_attn.v_proj', 'attn_v'), layer('self_attn.o_proj', 'attn_output')];
const attention = [
  layer('self_attn.q_proj', 'attn_q'),
  layer('self_attn.k_proj', 'attn_k'),
  ...valueAndOutput,
];
const interleaved = [
  layer('self_attn.q_proj', 'attn_q', { heads: 'query' }),
  layer('self_attn.k_proj', 'attn_k', { heads: 'key' }),
  ...valueAndOutput,
];
const mlp = [
  layer('mlp.gate_proj', 'ffn_gate'),
  layer('mlp.up_proj', 'ffn_up'),
  layer('mlp.down_proj', 'ffn_down'),
];
const mixture = [
  layer('block_sparse_moe.gate', 'ffn_gate_inp'),
  layer('block_sparse_moe.experts.{expert}.w1', 'ffn_gate_exps'),
  layer('block_sparse_moe.experts.{expert}.w2', 'ffn_down_exps'),
  layer('block_sparse_moe.experts.{expert}.w3', 'ffn_up_exps'),
];
const headNorms = [layer('self_attn.q_norm', 'attn_q_norm'), layer('self_attn.k_norm', 'attn_k_norm')];

const plus = { plus: 1 } as const;
/** Gemma's norms scale by 1 + weight. */
const gemma: readonly TensorRule[] = [
  ['model.embed_tokens', 'token_embd'],
  ['model.norm', 'output_norm', plus],
  layer('input_layernorm', 'attn_norm', plus),
  layer('post_attention_layernorm', 'post_attention_norm', plus),
  layer('pre_feedforward_layernorm', 'ffn_norm', plus),
  layer('post_feedforward_layernorm', 'post_ffw_norm', plus),
  ...attention,
  ...mlp,
];

const turned = { transposed: true } as const;
const gpt2Tensors: readonly TensorRule[] = [
  ['wte', 'token_embd'],
  ['wpe', 'position_embd'],
  ['ln_f', 'output_norm'],
  ['lm_head', 'output'],
  ['h.{layer}.ln_1', 'blk.{layer}.attn_norm'],
  ['h.{layer}.attn.c_attn', 'blk.{layer}.attn_qkv', turned],
  ['h.{layer}.attn.c_proj', 'blk.{layer}.attn_output', turned],
  ['h.{layer}.ln_2', 'blk.{layer}.ffn_norm'],
  ['h.{layer}.mlp.c_fc', 'blk.{layer}.ffn_up', turned],
  ['h.{layer}.mlp.c_proj', 'blk.{layer}.ffn_down', turned],
];

const rotaryBuffer = /\.rotary_emb\.inv_freq$/;

/** Every architecture that is mapped. Sources: conversion/{llama,qwen,gemma,phi,gpt2}.py, gguf-py/gguf/tensor_mapping.py. */
const architectures: readonly Architecture[] = [
  {
    name: 'llama',
    classes: ['LlamaForCausalLM', 'MistralForCausalLM', 'MixtralForCausalLM'],
    activations: ['silu'],
    tensors: [...outer, ...preNorms, ...interleaved, ...mlp, ...mixture],
    leftOut: rotaryBuffer,
    hyperparameters: hyperparameters.llama,
    // by this size it knows Granite's small models, and takes SmolLM's for them
    vocabulary: (config) => (config.number('vocab_size') === 49_152 ? { add_bos_token: false } : {}),
    computed: (config) => {
      const rope = ropeOf(config);
      const width = hyperparameters.headWidth(config);
      return { 'rope_freqs.weight': scalingOf(rope) === 'llama3' ? llama3Factors(rope, width) : undefined };
    },
  },
  {
    name: 'qwen2',
    classes: ['Qwen2ForCausalLM'],
    activations: ['silu'],
    tensors: [...outer, ...preNorms, ...attention, ...mlp],
    leftOut: rotaryBuffer,
    hyperparameters: hyperparameters.usual,
  },
  {
    name: 'qwen3',
    classes: ['Qwen3ForCausalLM'],
    activations: ['silu'],
    tensors: [...outer, ...preNorms, ...headNorms, ...attention, ...mlp],
    leftOut: rotaryBuffer,
    hyperparameters: hyperparameters.usual,
  },
  {
    name: 'gemma2',
    classes: ['Gemma2ForCausalLM'],
    activations: ['gelu_pytorch_tanh'],
    tensors: gemma,
    leftOut: /^lm_head\.weight$/,
    hyperparameters: hyperparameters.gemma2,
  },
  {
    name: 'gemma3',
    classes: ['Gemma3ForCausalLM', 'Gemma3ForConditionalGeneration'],
    activations: ['gelu_pytorch_tanh'],
    tensors: [
      ...gemma,
      layer('self_attn.q_norm', 'attn_q_norm', plus),
      layer('self_attn.k_norm', 'attn_k_norm', plus),
    ],
    leftOut: /^lm_head\.weight$/,
    hyperparameters: hyperparameters.gemma3,
  },
  {
    name: 'phi3',
    classes: ['Phi3ForCausalLM'],
    activations: ['silu'],
    tensors: [
      ...outer,
      ...preNorms,
      layer('self_attn.qkv_proj', 'attn_qkv'),
      layer('self_attn.o_proj', 'attn_output'),
      layer('mlp.gate_up_proj', 'ffn_up'),
      layer('mlp.down_proj', 'ffn_down'),
    ],
    leftOut: rotaryBuffer,
    hyperparameters: hyperparameters.phi3,
    computed: (config) => ({
      'rope_factors_long.weight': longFactors(ropeOf(config), 'long_factor'),
      'rope_factors_short.weight': longFactors(ropeOf(config), 'short_factor'),
    }),
  },
  {
    name: 'gpt2',
    classes: ['GPT2LMHeadModel'],
    activations: ['gelu_new'],
    // saved by itself or as a part of the model with its head
    tensors: [
      ...gpt2Tensors,
      ...gpt2Tensors.map(([stored, ...rest]): TensorRule => [`transformer.${stored}`, ...rest]),
    ],
    leftOut: /\.attn\.(masked_)?bias$/,
    hyperparameters: hyperparameters.gpt2,
  },
];

/** @throws InputError for an architecture that is not mapped, by its name */
export function architectureFor(config: Config): Architecture {
  const named: unknown = config.values['architectures'];
  const [own] = Array.isArray(named) ? named : [];
  const found = architectures.find(({ classes }) => classes.includes(String(own)));
  if (found !== undefined) return found;
  const known = architectures.flatMap(({ classes }) => classes).join(', ');
  throw config.wrong(
    `${own === undefined ? 'it names no architecture' : `the architecture ${String(own).slice(0, 80)} is not mapped to GGUF here`} (${known} are); convert the model with convert_hf_to_gguf.py of llama.cpp and name the GGUF file`,
  );
}
