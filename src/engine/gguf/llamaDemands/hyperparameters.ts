import type { MetadataValue } from '../../../protocol/gguf.ts';
import { quoted } from '../../../text/visible.ts';
import { holdsLeast, isDecoder } from './architectures.ts';
import { type Demand, type Facts, firstOf } from './demand.ts';
import { expertsFit } from './experts.ts';
import { headsFit } from './heads.ts';
import { windowsAreSomewhere } from './windows.ts';

/** `LLAMA_MAX_LAYERS` of llama-hparams.h. */
const MOST_LAYERS = 512;

/** `LLAMA_ROPE_SCALING_TYPES` of llama-model.cpp. */
const SCALINGS: ReadonlySet<unknown> = new Set(['none', 'linear', 'yarn', 'longrope']);

/** Whole numbers that llama.cpp divides by, or that count what there must be one of at least. */
const POSITIVE = [
  'context_length',
  'embedding_length',
  'feed_forward_length',
  'wkv.head_size',
  'ssm.conv_kernel',
  'ssm.inner_size',
  'ssm.state_size',
  'ssm.time_step_rank',
  'kda.head_dim',
  'attention.temperature_length',
  'attention.group_norm_groups',
];

/** The types in which `llama_model_base::load_hparams` reads its keys; an array has one number a layer. */
const TYPES: Readonly<Record<string, readonly MetadataValue['type'][]>> = {
  context_length: ['uint32'],
  embedding_length: ['uint32'],
  block_count: ['uint32'],
  nextn_predict_layers: ['uint32'],
  feed_forward_length: ['uint32', 'array'],
  expert_count: ['uint32'],
  expert_used_count: ['uint32', 'array'],
  expert_group_count: ['uint32'],
  expert_group_used_count: ['uint32'],
  expert_gating_func: ['uint32'],
  vocab_size: ['uint32'],
  'attention.head_count': ['uint32', 'array'],
  'attention.head_count_kv': ['uint32', 'array'],
  'attention.key_length': ['uint32'],
  'attention.value_length': ['uint32'],
  'attention.causal': ['bool'],
  'attention.layer_norm_epsilon': ['float32'],
  'attention.layer_norm_rms_epsilon': ['float32'],
  'rope.dimension_count': ['uint32'],
  'rope.freq_base': ['float32'],
  'rope.scale_linear': ['float32'],
  'rope.scaling.type': ['string'],
  'rope.scaling.factor': ['float32'],
  'rope.scaling.attn_factor': ['float32'],
  'rope.scaling.finetuned': ['bool'],
  'rope.scaling.original_context_length': ['uint32'],
};

const typesAreRead: Demand = (facts) => {
  for (const [suffix, types] of Object.entries(TYPES)) {
    const value = facts.value(suffix);
    if (value === undefined) continue;
    if (!types.includes(value.type)) {
      return `${facts.key(suffix)} is of type ${value.type}, but is read as ${types[0]}`;
    }
    if (value.type === 'array' && value.length !== facts.layers) {
      return `${facts.key(suffix)} has ${value.length} numbers for ${facts.layers} layers`;
    }
    if (value.type === 'array' && !['uint32', 'int32'].includes(value.items)) {
      return `${facts.key(suffix)} is an array of ${value.items}, but is read as uint32`;
    }
  }
  return undefined;
};

const layersAreCounted: Demand = (facts) => {
  const { layers } = facts;
  if (layers < 1 || layers > MOST_LAYERS) {
    return `${facts.key('block_count')} is ${layers}, not 1 to ${MOST_LAYERS}`;
  }
  const predicting = facts.number('nextn_predict_layers') ?? 0;
  return predicting < layers
    ? undefined
    : `${facts.key('nextn_predict_layers')} is ${predicting}, which leaves none of the ${layers} layers`;
};

const numbersArePositive: Demand = (facts) => {
  for (const suffix of POSITIVE) {
    if (facts.number(suffix) === 0) return `${facts.key(suffix)} is 0`;
  }
  return undefined;
};

/** ggml's normalisations assert `eps >= 0`, which NaN fails as well; nothing is computed with infinity. */
const floatsAreFinite: Demand = (facts) => {
  for (const [key, value] of facts.header.metadata) {
    if (value.type !== 'float32' || !key.startsWith(`${facts.architecture}.`)) continue;
    if (!Number.isFinite(value.value)) return `${key} is ${value.value}`;
    if (key.endsWith('epsilon') && value.value < 0) return `${key} is ${value.value}, which is negative`;
  }
  return undefined;
};

const scalingIsKnown: Demand = (facts) => {
  const value = facts.value('rope.scaling.type');
  if (value?.type !== 'string' || SCALINGS.has(value.value)) return undefined;
  return `${facts.key('rope.scaling.type')} is ${quoted(value.value.slice(0, 40))}, none of none, linear, yarn and longrope`;
};

/**
 * What `llama_model_base::load_hparams` (llama-model.cpp), llama-hparams.cpp and the graphs assert of a model's
 * numbers; where llama.cpp only refuses, the refusal is a sentence of ours.
 */
export const hyperparametersFit: (facts: Facts) => string | undefined = firstOf([
  isDecoder,
  layersAreCounted,
  typesAreRead,
  numbersArePositive,
  floatsAreFinite,
  scalingIsKnown,
  holdsLeast,
  windowsAreSomewhere,
  headsFit,
  expertsFit,
]);
