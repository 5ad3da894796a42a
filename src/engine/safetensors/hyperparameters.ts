import type { MetadataValue } from '../../protocol/gguf.ts';
import type { Config } from './config.ts';
import { longFactors, numberIn, type Rope, ropeOf, scalingOf } from './rope.ts';

/** What a config says of the computation, under GGUF's keys without the architecture's prefix. */
type Hyperparameters = Readonly<Record<string, MetadataValue>>;

const u32 = (value: number): MetadataValue => ({ type: 'uint32', value });
const f32 = (value: number): MetadataValue => ({ type: 'float32', value: Math.fround(value) });

/** Leaves out what is not said. */
const said = (values: Readonly<Record<string, MetadataValue | undefined>>): Hyperparameters =>
  Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
const optional = (make: (value: number) => MetadataValue, value: number | undefined) =>
  value === undefined ? undefined : make(value);

const heads = (config: Config): number => config.count('num_attention_heads', 'n_head');
export const keyHeads = (config: Config): number =>
  config.number('num_key_value_heads') === undefined ? heads(config) : config.count('num_key_value_heads');
export const queryHeads = heads;

/** Of one head, in rows. */
export function headWidth(config: Config): number {
  if (config.number('head_dim') !== undefined) return config.count('head_dim');
  return Math.floor(config.count('hidden_size', 'n_embd') / heads(config));
}

/** `TextModel.set_gguf_parameters` in conversion/base.py. */
export function usual(config: Config): Hyperparameters {
  const rope = ropeOf(config);
  return said({
    block_count: u32(config.count('num_hidden_layers', 'n_layer')),
    context_length: optional(u32, config.number('max_position_embeddings')),
    embedding_length: u32(config.count('hidden_size')),
    feed_forward_length: u32(config.count('intermediate_size')),
    'attention.head_count': u32(heads(config)),
    'attention.head_count_kv': u32(keyHeads(config)),
    'attention.layer_norm_rms_epsilon': f32(config.number('rms_norm_eps') ?? 1e-6),
    'attention.key_length': u32(headWidth(config)),
    'attention.value_length': u32(headWidth(config)),
    'rope.freq_base': f32(numberIn(rope.full, 'rope_theta') ?? 10_000),
    'rope.freq_base_swa': optional(f32, rope.slidingTheta),
    expert_count: optional(u32, config.number('num_local_experts', 'num_experts')),
    expert_used_count: optional(u32, config.number('num_experts_per_tok')),
    ...scaling(config, rope),
  });
}

/** @throws InputError for a kind of scaling that the converter does not know either */
function scaling(config: Config, rope: Rope): Readonly<Record<string, MetadataValue | undefined>> {
  const of = (key: string) => numberIn(rope.full, key);
  const kind = scalingOf(rope);
  const named = (value: string): MetadataValue => ({ type: 'string', value });
  switch (kind) {
    case '':
    case 'llama3':
      return {};
    case 'linear':
      return { 'rope.scaling.type': named(kind), 'rope.scaling.factor': optional(f32, of('factor')) };
    case 'yarn':
      return {
        'rope.scaling.type': named(kind),
        'rope.scaling.factor': optional(f32, of('factor')),
        'rope.scaling.original_context_length': optional(u32, of('original_max_position_embeddings')),
        'rope.scaling.yarn_ext_factor': optional(f32, of('extrapolation_factor')),
        'rope.scaling.yarn_attn_factor': optional(f32, of('attention_factor') ?? of('attn_factor')),
        'rope.scaling.yarn_beta_fast': optional(f32, of('beta_fast')),
        'rope.scaling.yarn_beta_slow': optional(f32, of('beta_slow')),
      };
    case 'su':
    case 'longrope':
      return { 'rope.scaling.type': named('longrope') };
    default:
      throw config.wrong(`positions are scaled by ${kind.slice(0, 40)}, which is not mapped to GGUF here`);
  }
}

export function llama(config: Config): Hyperparameters {
  return {
    ...usual(config),
    vocab_size: u32(config.count('vocab_size')),
    'rope.dimension_count': u32(headWidth(config)),
  };
}

export function gemma2(config: Config): Hyperparameters {
  return said({
    ...usual(config),
    attn_logit_softcapping: optional(f32, config.number('attn_logit_softcapping')),
    final_logit_softcapping: optional(f32, config.number('final_logit_softcapping')),
    'attention.sliding_window': optional(u32, config.number('sliding_window')),
  });
}

export function gemma3(config: Config): Hyperparameters {
  const width = u32(config.number('head_dim') ?? 256);
  return said({
    ...usual(config),
    context_length: u32(config.number('max_position_embeddings') ?? 131_072),
    'attention.key_length': width,
    'attention.value_length': width,
    'rope.freq_base': f32(numberIn(ropeOf(config).full, 'rope_theta') ?? 1e6),
    'attention.sliding_window': optional(u32, config.number('sliding_window')),
    // the converter leaves it to llama.cpp, which takes one in six for every model of the architecture
    'attention.sliding_window_pattern': optional(u32, config.number('sliding_window_pattern')),
    final_logit_softcapping: optional(f32, config.number('final_logit_softcapping')),
  });
}

export function phi3(config: Config): Hyperparameters {
  const rope = ropeOf(config);
  const context = config.count('max_position_embeddings');
  const original = numberIn(rope.full, 'original_max_position_embeddings') ?? context;
  const share = numberIn(rope.full, 'partial_rotary_factor') ?? 1;
  const attention =
    longFactors(rope, 'long_factor') && attentionFactor(scalingOf(rope), context / original, original);
  return said({
    block_count: u32(config.count('num_hidden_layers')),
    context_length: u32(context),
    embedding_length: u32(config.count('hidden_size')),
    feed_forward_length: u32(config.count('intermediate_size')),
    'attention.head_count': u32(heads(config)),
    'attention.head_count_kv': u32(keyHeads(config)),
    'attention.layer_norm_rms_epsilon': f32(config.number('rms_norm_eps') ?? 1e-5),
    'attention.sliding_window': u32(config.number('sliding_window') ?? 0),
    'rope.dimension_count': u32(Math.floor(Math.floor(share * config.count('hidden_size')) / heads(config))),
    'rope.freq_base': f32(numberIn(rope.full, 'rope_theta') ?? 10_000),
    'rope.scaling.original_context_length': u32(original),
    'rope.scaling.attn_factor': optional(f32, attention),
  });
}

/** `Phi3MiniModel.generate_extra_tensors` in conversion/phi.py. */
function attentionFactor(kind: string, scale: number, original: number): number | undefined {
  if (scale <= 1) return 1;
  return kind === 'yarn' ? 0.1 * Math.log(scale) + 1 : Math.sqrt(1 + Math.log(scale) / Math.log(original));
}

export function gpt2(config: Config): Hyperparameters {
  const width = config.count('n_embd', 'hidden_size');
  return {
    block_count: u32(config.count('n_layer', 'num_hidden_layers')),
    context_length: u32(config.count('n_ctx', 'n_positions')),
    embedding_length: u32(width),
    feed_forward_length: u32(4 * width),
    'attention.head_count': u32(heads(config)),
    'attention.layer_norm_epsilon': f32(config.number('layer_norm_epsilon') ?? 1e-5),
  };
}
