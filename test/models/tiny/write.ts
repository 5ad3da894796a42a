import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';
import { type NewTensor, type NewValue, writeGguf } from '../../../src/engine/weights/writer.ts';
import { type Architecture, architectures, refused, type Sizes } from './architectures.ts';

const usual: Sizes = { d: 64, heads: 4, headsKv: 2, ff: 96, layers: 4, vocabulary: 300, context: 128 };

/** Widths that every type of ggml divides into whole blocks. */
export const wide: Partial<Sizes> = { d: 256, ff: 256, heads: 4, headsKv: 4, layers: 3 };

export interface TinyOptions {
  readonly sizes?: Partial<Sizes>;
  /** ggml's number of the type of all matrices; F32 unless given. Vectors stay F32. */
  readonly type?: number;
  /** Matrices hold what they would hold in `type`, but as F32: the same model without its arithmetic. */
  readonly unpacked?: boolean;
  readonly seed?: number;
}

/** Random-weight models in a folder of their own, which goes with the tests. */
export class TinyModels implements Disposable {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-tiny-'));

  /** Writes the model `name` of the table and returns its path. */
  async write(
    name: string,
    { sizes = {}, type = 0, unpacked = false, seed = 1 }: TinyOptions = {},
  ): Promise<string> {
    const architecture = architectures[name] ?? refused[name];
    if (architecture === undefined) throw new Error(`there is no tiny ${name}`);
    const all = { ...usual, ...architecture.sizes, ...sizes };
    const file = path.join(
      this.#folder,
      `${name}-${type}-${seed}-${all.d}${unpacked ? '-unpacked' : ''}.gguf`,
    );
    const runtime = await loadRuntime();
    const random = new Random(seed);
    const tensors = Object.entries(shapesOf(architecture, all)).map(([tensor, ne]): NewTensor => {
      const values = valuesOf(random, tensor, ne);
      const stored = ne.length === 1 || tensor.startsWith('ssm') ? 0 : type;
      const data = quantise(runtime, stored, values, ne);
      if (unpacked) return { name: tensor, type: 0, ne, data: dequantise(runtime, stored, data, ne) };
      return { name: tensor, type: stored, ne, data };
    });
    await writeGguf(runtime, file, { metadata: metadataOf(name, architecture, all), tensors });
    return file;
  }

  async load(name: string, options: TinyOptions = {}): Promise<Model> {
    return await Model.load(await this.write(name, options));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function shapesOf(architecture: Architecture, sizes: Sizes): Record<string, readonly number[]> {
  const layers = Array.from({ length: sizes.layers }, (_, index) =>
    Object.entries(architecture.layer(sizes, index)).map(
      ([name, ne]) => [`blk.${index}.${name}`, ne] as const,
    ),
  );
  return {
    'token_embd.weight': [sizes.d, sizes.vocabulary],
    ...architecture.tensors(sizes),
    ...Object.fromEntries(layers.flat()),
  };
}

/**
 * Weights with which a random model behaves like a trained one as far as gradients are concerned: logits that are not
 * flat, attention that is not uniform, contributions of about the size of the residual stream.
 */
function valuesOf(random: Random, name: string, ne: readonly number[]): Float32Array {
  const [columns = 1, ...outer] = ne;
  const count = outer.reduce((product, n) => product * n, columns);
  if (/norm\.weight$|rope_\w+\.weight$|ssm_d$/.test(name)) return random.normals(count, 0.2, 1);
  if (/\.bias$/.test(name)) return random.normals(count, 0.2);
  if (/ssm_a$/.test(name)) return random.normals(count, 0.1, -1);
  if (/embd\.weight$/.test(name)) return random.normals(count, 2 / Math.sqrt(columns));
  const gain = /attn_(q|k|qkv)\.weight$/.test(name) ? 1.3 : /^output\.weight$|gate_inp/.test(name) ? 2 : 1;
  return random.normals(count, gain / Math.sqrt(columns));
}

function metadataOf(entry: string, { name = entry, keys }: Architecture, sizes: Sizes) {
  const u32 = (value: number): NewValue => ({ type: 'uint32', value });
  const own: Record<string, NewValue> = {
    context_length: u32(sizes.context),
    embedding_length: u32(sizes.d),
    block_count: u32(sizes.layers),
    feed_forward_length: u32(sizes.ff),
    'attention.head_count': u32(sizes.heads),
    'attention.head_count_kv': u32(sizes.headsKv),
    ...keys,
  };
  const prefixed = Object.entries(own).map(([key, value]) => [`${name}.${key}`, value] as const);
  return {
    'general.architecture': { type: 'string', value: name } as const,
    ...Object.fromEntries(prefixed),
    ...tokenizer(sizes.vocabulary),
  };
}

/** Bytes, three control tokens, letters after a space as words, and the space by itself. */
function tokenizer(size: number): Record<string, NewValue> {
  const bytes = Array.from({ length: 256 }, (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`);
  const words = Array.from(
    { length: size - 260 },
    (_, i) => `▁${String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26))}`,
  );
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...words, '▁'];
  const [unknown, control, byte, normal] = [2, 3, 6, 1];
  const types = tokens.map((_, i) => (i === 0 ? unknown : i < 3 ? control : i < 259 ? byte : normal));
  return {
    'tokenizer.ggml.model': { type: 'string', value: 'llama' },
    'tokenizer.ggml.tokens': { type: 'array', items: 'string', value: tokens },
    'tokenizer.ggml.scores': { type: 'array', items: 'float32', value: tokens.map((_, i) => -i) },
    'tokenizer.ggml.token_type': { type: 'array', items: 'int32', value: types },
    'tokenizer.ggml.bos_token_id': { type: 'uint32', value: 1 },
    'tokenizer.ggml.eos_token_id': { type: 'uint32', value: 2 },
    'tokenizer.ggml.unknown_token_id': { type: 'uint32', value: 0 },
  };
}
