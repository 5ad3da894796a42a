import { GGML_TYPES, tensorBytes } from '../../src/engine/gguf/types.ts';

/** A GGUF file in pieces that can be changed one by one and written again, right or wrong. */
export interface Pieces {
  readonly metadata: Entry[];
  readonly tensors: Piece[];
}

/** `type` is `enum gguf_type`'s number; an array has 9 and the type of its items. */
export interface Entry {
  key: string;
  type: number;
  items?: number;
  value: Scalar | Scalar[];
}

type Scalar = number | bigint | string;

export interface Piece {
  name: string;
  ne: number[];
  type: number;
  data: Uint8Array;
}

export const STRING = 8;
export const ARRAY = 9;
const sizes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const alignment = 32;
const padding = (length: number) => (alignment - (length % alignment)) % alignment;

/** Bytes that a tensor takes as its type and shape say; undefined for an unknown type or part of a block. */
export function bytesOf(type: number, ne: readonly number[]): number | undefined {
  const known = GGML_TYPES.get(type);
  if (known === undefined || (ne[0] ?? 1) % known.blockSize !== 0) return undefined;
  return tensorBytes(known, ne);
}

/** Takes a sound file apart. */
export function takeApart(file: Buffer): Pieces {
  let at = 8;
  const past = (length: number) => {
    at += length;
    return at - length;
  };
  const u32 = () => file.readUInt32LE(past(4));
  const u64 = () => Number(file.readBigUInt64LE(past(8)));
  const text = () => {
    const length = u64();
    const from = past(length);
    return file.toString('latin1', from, at);
  };
  const scalar = (type: number): Scalar => {
    if (type === STRING) return text();
    const from = at;
    at += sizes[type] ?? 0;
    if (type === 6) return file.readFloatLE(from);
    if (type === 12) return file.readDoubleLE(from);
    if (type === 10) return file.readBigUInt64LE(from);
    if (type === 11) return file.readBigInt64LE(from);
    const size = sizes[type] ?? 1;
    return type % 2 === 1 && type < 6 ? file.readIntLE(from, size) : file.readUIntLE(from, size);
  };
  const tensorCount = u64();
  const keyCount = u64();
  const metadata = Array.from({ length: keyCount }, (): Entry => {
    const key = text();
    const type = u32();
    if (type !== ARRAY) return { key, type, value: scalar(type) };
    const items = u32();
    return { key, type, items, value: Array.from({ length: u64() }, () => scalar(items)) };
  });
  const described = Array.from({ length: tensorCount }, () => {
    const name = text();
    const ne = Array.from({ length: u32() }, u64);
    return { name, ne, type: u32(), offset: u64() };
  });
  const data = at + padding(at);
  const tensors = described.map(({ offset, ...tensor }) => {
    const length = bytesOf(tensor.type, tensor.ne) ?? 0;
    return { ...tensor, data: file.subarray(data + offset, data + offset + length) };
  });
  return { metadata, tensors };
}

/** Puts the pieces together as they are: each tensor's data, padded, in order. Strings hold bytes, as Latin-1. */
export function putTogether({ metadata, tensors }: Pieces): Buffer {
  const parts: Buffer[] = [];
  const number = (value: number | bigint, type: number) => {
    const bytes = Buffer.alloc(sizes[type] ?? 1);
    if (type === 6) bytes.writeFloatLE(Number(value));
    else if (type === 12) bytes.writeDoubleLE(Number(value));
    else bytes.set(littleEndian(value, bytes.length));
    parts.push(bytes);
  };
  const text = (value: string) => {
    number(BigInt(value.length), 10);
    parts.push(Buffer.from(value, 'latin1'));
  };
  const scalar = (value: Scalar, type: number) => {
    if (type === STRING) text(String(value));
    else number(typeof value === 'string' ? value.length : value, type);
  };
  parts.push(Buffer.from('GGUF'));
  number(3, 4);
  number(BigInt(tensors.length), 10);
  number(BigInt(metadata.length), 10);
  for (const { key, type, items = 4, value } of metadata) {
    text(key);
    number(type, 4);
    if (Array.isArray(value)) {
      number(items, 4);
      number(BigInt(value.length), 10);
      for (const item of value) scalar(item, items);
    } else {
      scalar(value, type);
    }
  }
  let offset = 0;
  for (const { name, ne, type, data } of tensors) {
    text(name);
    number(ne.length, 4);
    for (const n of ne) number(BigInt(n), 10);
    number(type, 4);
    number(BigInt(offset), 10);
    offset += data.length + padding(data.length);
  }
  const header = parts.reduce((sum, { length }) => sum + length, 0);
  parts.push(Buffer.alloc(padding(header)));
  for (const { data } of tensors) parts.push(Buffer.from(data), Buffer.alloc(padding(data.length)));
  return Buffer.concat(parts);
}

/** Any number wrapped into so many bytes. */
function littleEndian(value: number | bigint, length: number): Uint8Array {
  const whole = typeof value === 'bigint' ? value : BigInt(Number.isFinite(value) ? Math.trunc(value) : 0);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, whole));
  return bytes.subarray(0, length);
}
