import type { Random } from '../../src/engine/numeric/random.ts';
import { ARRAY, bytesOf, type Entry, type Piece, type Pieces, putTogether, STRING } from './pieces.ts';

/** Numbers at which things break. */
const numbers = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  16,
  31,
  32,
  63,
  64,
  65,
  128,
  256,
  512,
  513,
  1024,
  65_535,
  65_536,
  1e6,
  -1,
  -2,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 40,
  Number.NaN,
  Infinity,
  -Infinity,
  0.5,
  1e-5,
  1e-30,
  1e30,
];
const texts = [
  '',
  'a',
  ' ',
  '\0',
  'x\0y',
  '\xff\xfe',
  '<0x41>',
  'llama',
  'gpt2',
  'bert',
  't5',
  'rwkv',
  'plamo2',
  'gemma4',
  'no_vocab',
  'test',
  'none',
  'linear',
  'yarn',
  'longrope',
  'su',
  'lora',
  'adapter',
  'model',
  'mmproj',
  'imatrix',
  'clip',
  'default',
  'llama-bpe',
  'tekken',
  'phi-3',
  'x'.repeat(300),
  '{}',
  '[]',
  '[[[[',
  '{"a":1e999}',
];
/** Keys that llama.cpp reads where they are there, without the architecture, and the types it knows them in. */
const known: readonly (readonly [string, number])[] = [
  ['block_count', 4],
  ['context_length', 4],
  ['embedding_length', 4],
  ['feed_forward_length', 4],
  ['attention.head_count', 4],
  ['attention.head_count_kv', 4],
  ['attention.key_length', 4],
  ['attention.value_length', 4],
  ['attention.key_length_swa', 4],
  ['attention.value_length_swa', 4],
  ['rope.dimension_count', 4],
  ['rope.dimension_count_swa', 4],
  ['rope.freq_base', 6],
  ['rope.freq_base_swa', 6],
  ['rope.scaling.type', 8],
  ['rope.scaling.factor', 6],
  ['rope.scaling.original_context_length', 4],
  ['rope.scaling.attn_factor', 6],
  ['rope.scaling.yarn_ext_factor', 6],
  ['rope.scaling.yarn_beta_fast', 6],
  ['attention.sliding_window', 4],
  ['attention.sliding_window_pattern', 4],
  ['attention.causal', 7],
  ['attention.scale', 6],
  ['attention.clamp_kqv', 6],
  ['attention.max_alibi_bias', 6],
  ['attention.layer_norm_rms_epsilon', 6],
  ['attention.layer_norm_epsilon', 6],
  ['expert_count', 4],
  ['expert_used_count', 4],
  ['expert_group_count', 4],
  ['expert_group_used_count', 4],
  ['expert_gating_func', 4],
  ['expert_shared_count', 4],
  ['expert_feed_forward_length', 4],
  ['expert_weights_scale', 6],
  ['leading_dense_block_count', 4],
  ['nextn_predict_layers', 4],
  ['pooling_type', 4],
  ['vocab_size', 4],
  ['embedding_length_out', 4],
  ['attn_logit_softcapping', 6],
  ['final_logit_softcapping', 6],
  ['logit_scale', 6],
  ['residual_scale', 6],
  ['embedding_scale', 6],
  ['attention.temperature_length', 4],
  ['attention.temperature_scale', 6],
  ['interleave_moe_layer_step', 4],
  ['use_parallel_residual', 7],
];
const vocabulary: readonly (readonly [string, number])[] = [
  ['bos_token_id', 4],
  ['eos_token_id', 4],
  ['unknown_token_id', 4],
  ['padding_token_id', 4],
  ['add_bos_token', 7],
  ['add_eos_token', 7],
  ['add_space_prefix', 7],
  ['pre', 8],
  ['model', 8],
  ['token_type_count', 4],
  ['mask_token_id', 4],
  ['eot_token_id', 4],
];

/** What a mutant is made with: seeded, so that a number names it. */
export class Chooser {
  readonly #random: Random;
  constructor(random: Random) {
    this.#random = random;
  }
  below(count: number): number {
    return this.#random.below(count);
  }
  one<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
  chance(probability: number): boolean {
    return this.#random.uniform() < probability;
  }
}

/** A file made wrong in one to three places; sometimes in its bytes as well. */
export function mutantOf(pieces: Pieces, choose: Chooser): Buffer {
  const mutant: Pieces = {
    metadata: pieces.metadata.map((entry) => ({
      ...entry,
      value: Array.isArray(entry.value) ? [...entry.value] : entry.value,
    })),
    tensors: pieces.tensors.map((tensor) => ({ ...tensor, ne: [...tensor.ne] })),
  };
  const times = 1 + choose.below(3);
  for (let time = 0; time < times; time++) {
    if (mutant.tensors.length === 0 || choose.chance(0.6)) changeMetadata(mutant, choose);
    else changeTensors(mutant, choose);
  }
  const file = putTogether(mutant);
  return choose.chance(0.1) ? changeBytes(file, choose) : file;
}

function changeMetadata({ metadata }: Pieces, choose: Chooser): void {
  const at = choose.below(metadata.length);
  const entry = metadata[at];
  const architecture = metadata.find(({ key }) => key === 'general.architecture')?.value;
  if (entry === undefined || choose.chance(0.3)) {
    const own = choose.chance(0.8);
    const [suffix, type] = choose.one(own ? known : vocabulary);
    const key = own ? `${architecture}.${suffix}` : `tokenizer.ggml.${suffix}`;
    const old = metadata.findIndex((each) => each.key === key);
    const added: Entry = { key, type, value: type === STRING ? choose.one(texts) : choose.one(numbers) };
    if (choose.chance(0.1)) added.type = choose.below(13);
    if (choose.chance(0.1))
      Object.assign(added, {
        type: ARRAY,
        items: type,
        value: Array.from({ length: choose.below(6) }, () => added.value),
      });
    fitted(added);
    if (old >= 0) metadata.splice(old, 1, added);
    else metadata.push(added);
    return;
  }
  if (Array.isArray(entry.value) && choose.chance(0.9)) {
    changeArray(entry, entry.value, choose);
    return;
  }
  switch (choose.below(5)) {
    case 0:
      metadata.splice(at, 1);
      return;
    case 1:
      entry.type = choose.below(14);
      break;
    case 2:
      entry.key = choose.chance(0.5) ? `${entry.key}x` : choose.one(metadata).key;
      break;
    default:
      entry.value = entry.type === STRING ? choose.one(texts) : choose.one(numbers);
  }
  fitted(entry);
}

/** A value that its type can hold: an array where the type says so, and none elsewhere. */
function fitted(entry: Entry): void {
  if (entry.type === ARRAY && !Array.isArray(entry.value)) entry.value = [entry.value];
  if (entry.type !== ARRAY && Array.isArray(entry.value)) entry.value = entry.value[0] ?? 0;
}

function changeArray(entry: Entry, values: (string | number | bigint)[], choose: Chooser): void {
  const one = () => choose.below(Math.max(1, values.length));
  switch (choose.below(6)) {
    case 0:
      values.length = choose.below(values.length + 1);
      break;
    case 1:
      values.push(...values.slice(0, 1 + choose.below(4)));
      break;
    case 2:
      values[one()] = entry.items === STRING ? choose.one(texts) : choose.one(numbers);
      break;
    case 3:
      values[one()] = values[one()] ?? 0;
      break;
    case 4:
      entry.items = choose.below(13);
      break;
    default: {
      const [a, b] = [one(), one()];
      [values[a], values[b]] = [values[b] ?? 0, values[a] ?? 0];
    }
  }
}

function changeTensors({ tensors }: Pieces, choose: Chooser): void {
  const at = choose.below(tensors.length);
  const tensor = tensors[at];
  if (tensor === undefined) return;
  switch (choose.below(8)) {
    case 0:
      tensors.splice(at, 1);
      return;
    case 1:
      tensors.push({
        ...tensor,
        name: choose.chance(0.3) ? tensor.name : `${choose.one(['v.', 'mm.', 'x', 'blk.9.'])}${tensor.name}`,
      });
      return;
    case 2:
      tensor.type = choose.below(44);
      resize(tensor);
      return;
    case 3:
      tensor.ne[choose.below(tensor.ne.length)] =
        Math.abs(Math.trunc(Number(choose.one(numbers)))) % 4096 || 1;
      resize(tensor);
      return;
    case 4:
      tensor.ne = choose.chance(0.5) ? [...tensor.ne].reverse() : [...tensor.ne, choose.one([1, 2, 0])];
      resize(tensor);
      return;
    case 5:
      tensor.name = choose.chance(0.5)
        ? choose.one(tensors).name
        : tensor.name.replace(/\d+|weight|bias/, choose.one(['0', '99', 'weight', 'bias', 'scale']));
      return;
    case 6: {
      const data = Buffer.from(tensor.data);
      for (let n = 0; n < 16 && data.length > 3; n++)
        data.writeUInt32LE(
          choose.one([0x7fc00000, 0x7f800000, 0xffffffff, 0, choose.below(2 ** 31)]),
          choose.below(data.length - 3),
        );
      tensor.data = data;
      return;
    }
    default:
      tensors.splice(choose.below(tensors.length), 0, ...tensors.splice(at, 1));
  }
}

/** Gives a tensor as many bytes as it claims, where that is known and not too much. */
function resize(tensor: Piece): void {
  const length = bytesOf(tensor.type, tensor.ne);
  if (length === undefined || length > 4 << 20 || !Number.isInteger(length)) return;
  const data = Buffer.alloc(length);
  data.set(tensor.data.subarray(0, length));
  tensor.data = data;
}

function changeBytes(file: Buffer, choose: Chooser): Buffer {
  switch (choose.below(4)) {
    case 0:
      return file.subarray(0, choose.below(file.length));
    case 1:
      return Buffer.concat([file, Buffer.from(choose.one(['GGUF', '\n', 'x'.repeat(100)]))]);
    default: {
      const changed = Buffer.from(file);
      for (let n = choose.below(4); n >= 0; n--)
        changed[choose.below(Math.min(file.length, 20_000))] = choose.below(256);
      return changed;
    }
  }
}
