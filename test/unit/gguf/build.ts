import type { ByteSource } from '../../../src/engine/files/source.ts';
import type { Scalar, ScalarType } from '../../../src/protocol/gguf.ts';

/** Writes small GGUF files byte by byte, right ones and wrong ones, from the specification alone. */

const CODES: Readonly<Record<ScalarType, number>> = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  uint64: 10,
  int64: 11,
  float64: 12,
};

export type Value = readonly [ScalarType, Scalar] | readonly ['array', ScalarType, readonly Scalar[]];

export interface Tensor {
  readonly name: string;
  readonly ne: readonly (number | bigint)[];
  /** ggml's number; 0 is f32. */
  readonly type?: number;
  /** Relative to the data section; follows the tensor before it unless given. */
  readonly offset?: number;
  /** Of the data; four a element unless given. */
  readonly bytes?: number;
}

export interface Gguf {
  readonly magic?: string;
  readonly version?: number;
  readonly tensorCount?: bigint;
  readonly keyCount?: bigint;
  readonly metadata?: readonly (readonly [string, Value])[];
  readonly tensors?: readonly Tensor[];
  readonly alignment?: number;
  /** Ends where the data would begin. */
  readonly withoutData?: true;
}

export function build(gguf: Gguf): Uint8Array {
  const { metadata = [], tensors = [], alignment = 32 } = gguf;
  const out = new Bytes();
  out.raw(Buffer.from(gguf.magic ?? 'GGUF', 'latin1'));
  out.u32(gguf.version ?? 3);
  out.u64(gguf.tensorCount ?? tensors.length);
  out.u64(gguf.keyCount ?? metadata.length);
  for (const [key, value] of metadata) {
    out.string(key);
    out.value(value);
  }
  let end = 0;
  for (const { name, ne, type = 0, offset = end, bytes = bytesOf(ne) } of tensors) {
    out.string(name);
    out.u32(ne.length);
    for (const n of ne) out.u64(n);
    out.u32(type);
    out.u64(offset);
    end = Math.ceil((offset + bytes) / alignment) * alignment;
  }
  if (tensors.length > 0) out.pad(alignment, gguf.withoutData ? 0 : end);
  return out.bytes();
}

const bytesOf = (ne: readonly (number | bigint)[]): number =>
  4 * ne.reduce<number>((product, n) => product * Number(n), 1);

/** Bytes that grow at their end, little endian. */
class Bytes {
  #view = new DataView(new ArrayBuffer(1024));
  #length = 0;

  raw(bytes: Uint8Array): void {
    const at = this.#grow(bytes.length);
    new Uint8Array(this.#view.buffer).set(bytes, at);
  }

  u32(n: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, n, true);
  }

  u64(n: number | bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, BigInt(n), true);
  }

  string(text: string): void {
    const bytes = Buffer.from(text);
    this.u64(bytes.length);
    this.raw(bytes);
  }

  value(value: Value): void {
    if (value[0] !== 'array') {
      this.u32(CODES[value[0]]);
      this.scalar(value[0], value[1]);
      return;
    }
    const [, type, items] = value;
    this.u32(9);
    this.u32(CODES[type]);
    this.u64(items.length);
    for (const item of items) this.scalar(type, item);
  }

  scalar(type: ScalarType, value: Scalar): void {
    if (type === 'string') {
      this.string(String(value));
    } else {
      const at = this.#grow(SCALARS[type].size);
      SCALARS[type].write(this.#view, at, value);
    }
  }

  /** Zeros up to a multiple of the alignment, and then as many as the data take. */
  pad(alignment: number, data: number): void {
    this.#grow(((alignment - (this.#length % alignment)) % alignment) + data);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer.slice(0, this.#length));
  }

  /** Makes room and says where it begins. */
  #grow(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

type Write = (view: DataView, at: number, value: Scalar) => void;

const SCALARS: Readonly<Record<Exclude<ScalarType, 'string'>, { size: number; write: Write }>> = {
  uint8: { size: 1, write: (view, at, value) => view.setUint8(at, Number(value)) },
  int8: { size: 1, write: (view, at, value) => view.setInt8(at, Number(value)) },
  uint16: { size: 2, write: (view, at, value) => view.setUint16(at, Number(value), true) },
  int16: { size: 2, write: (view, at, value) => view.setInt16(at, Number(value), true) },
  uint32: { size: 4, write: (view, at, value) => view.setUint32(at, Number(value), true) },
  int32: { size: 4, write: (view, at, value) => view.setInt32(at, Number(value), true) },
  float32: { size: 4, write: (view, at, value) => view.setFloat32(at, Number(value), true) },
  bool: { size: 1, write: (view, at, value) => view.setUint8(at, value ? 1 : 0) },
  uint64: { size: 8, write: (view, at, value) => view.setBigUint64(at, BigInt(value), true) },
  int64: { size: 8, write: (view, at, value) => view.setBigInt64(at, BigInt(value), true) },
  float64: { size: 8, write: (view, at, value) => view.setFloat64(at, Number(value), true) },
};

/** A source over bytes in memory that counts what is read through it. */
export function sourceOf(
  bytes: Uint8Array,
  name = 'model.gguf',
): ByteSource & { requested: number; reads: number } {
  return {
    name,
    size: bytes.length,
    requested: 0,
    reads: 0,
    async read(offset, length) {
      this.reads += 1;
      this.requested += length;
      return bytes.slice(offset, offset + length);
    },
  };
}

/** A source that claims a size and makes its bytes up: for files far larger than a test may hold. */
export function endlessSource(
  start: Uint8Array,
  size: number,
  rest: (offset: number, bytes: Uint8Array) => void,
): ByteSource & { requested: number } {
  return {
    name: 'huge.gguf',
    size,
    requested: 0,
    async read(offset, length) {
      this.requested += length;
      const bytes = new Uint8Array(Math.min(length, size - offset));
      rest(offset, bytes);
      if (offset < start.length) bytes.set(start.subarray(offset, offset + length));
      return bytes;
    },
  };
}

/** A complete little Llama model: two layers, width 4, three tokens. */
export function smallModel(
  changes: { set?: readonly (readonly [string, Value])[]; drop?: readonly string[] } = {},
): Required<Pick<Gguf, 'metadata' | 'tensors'>> {
  const metadata = new Map<string, Value>([
    ['general.architecture', ['string', 'llama']],
    ['general.name', ['string', 'Small']],
    ['llama.block_count', ['uint32', 2]],
    ['llama.embedding_length', ['uint32', 4]],
    ['llama.rope.freq_base', ['float32', 10_000]],
    ['tokenizer.ggml.tokens', ['array', 'string', ['<s>', 'Ġa', 'é']]],
    ['tokenizer.ggml.model', ['string', 'gpt2']],
    ['tokenizer.ggml.merges', ['array', 'string', []]],
    ['tokenizer.ggml.scores', ['array', 'float32', [0, -1, -2]]],
  ]);
  for (const [key, value] of changes.set ?? []) metadata.set(key, value);
  for (const key of changes.drop ?? []) metadata.delete(key);
  const layers = [0, 1].flatMap((layer): Tensor[] => [
    { name: `blk.${layer}.ffn_norm.weight`, ne: [4] },
    { name: `blk.${layer}.ffn_gate.weight`, ne: [4, 8] },
    { name: `blk.${layer}.ffn_down.weight`, ne: [8, 4] },
  ]);
  return { metadata: [...metadata], tensors: [{ name: 'token_embd.weight', ne: [4, 3] }, ...layers] };
}
