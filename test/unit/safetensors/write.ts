import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes safetensors files byte by byte, right ones and wrong ones, from the format's description alone. */

export interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

type Entries = Readonly<Record<string, unknown>>;

/** @param change makes of the right header whatever a test wants */
export function build(
  tensors: Readonly<Record<string, Stored>>,
  change: (entries: Entries) => unknown = (entries) => entries,
): Uint8Array {
  let at = 0;
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const begin = at;
    at += data.length;
    return [name, { dtype, shape, data_offsets: [begin, at] }];
  });
  const changed = change(Object.fromEntries(entries));
  const header = Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...Object.values(tensors).map(({ data }) => data)]);
}

const bytesOf = (array: NodeJS.TypedArray) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Rounds by bits, ties to even. */
function toBf16(value: number): number {
  const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** Values whose halves are exact or nearly so; cut, not rounded. */
function toF16(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | Math.round(size / 2 ** -24);
  const exponent = Math.floor(Math.log2(size));
  return sign + ((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024);
}

/** A tensor of a type that holds numbers. */
export function tensor(
  dtype: 'F64' | 'F32' | 'F16' | 'BF16',
  shape: readonly number[],
  values: Float32Array,
): Stored {
  const arrays = {
    F64: () => Float64Array.from(values),
    F32: () => values,
    F16: () => Uint16Array.from(values, toF16),
    BF16: () => Uint16Array.from(values, toBf16),
  };
  return { dtype, shape, data: bytesOf(arrays[dtype]()) };
}

/** A folder as transformers saves it, with one file or as many shards as there are lists. */
export async function writeFolder(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  ...shards: readonly Readonly<Record<string, Stored>>[]
): Promise<string> {
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config, null, 2));
  if (shards.length === 1) {
    await writeFile(path.join(folder, 'model.safetensors'), build(shards[0] ?? {}));
    return folder;
  }
  const names = shards.map((_, i) => `model-0000${i + 1}-of-0000${shards.length}.safetensors`);
  for (const [i, shard] of shards.entries()) await writeFile(path.join(folder, names[i] ?? ''), build(shard));
  const map = shards.flatMap((shard, i) => Object.keys(shard).map((name) => [name, names[i]]));
  const index = { metadata: { total_size: 0 }, weight_map: Object.fromEntries(map) };
  await writeFile(path.join(folder, 'model.safetensors.index.json'), JSON.stringify(index));
  return folder;
}

/** The smallest Llama that is one: two layers, width 8, two heads of 4. */
export const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 5,
  hidden_act: 'silu',
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  max_position_embeddings: 64,
};

/** Its tensors. @param values gives the numbers of each, called by name */
export function llama(
  values: (name: string, count: number) => Float32Array = (_, count) =>
    Float32Array.from({ length: count }, (_, i) => Math.sin(i + count)),
  dtype: 'F64' | 'F32' | 'F16' | 'BF16' = 'F32',
): Record<string, Stored> {
  const shapes: Record<string, readonly number[]> = {
    'model.embed_tokens.weight': [5, 8],
    'model.norm.weight': [8],
    'lm_head.weight': [5, 8],
  };
  for (const layer of [0, 1]) {
    const of = (name: string, ...shape: readonly number[]) => {
      shapes[`model.layers.${layer}.${name}.weight`] = shape;
    };
    of('input_layernorm', 8);
    of('post_attention_layernorm', 8);
    of('self_attn.q_proj', 8, 8);
    of('self_attn.k_proj', 4, 8);
    of('self_attn.v_proj', 4, 8);
    of('self_attn.o_proj', 8, 8);
    of('mlp.gate_proj', 12, 8);
    of('mlp.up_proj', 12, 8);
    of('mlp.down_proj', 8, 12);
  }
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const count = shape.reduce((product, n) => product * n, 1);
      return [name, tensor(dtype, shape, values(name, count))];
    }),
  );
}
