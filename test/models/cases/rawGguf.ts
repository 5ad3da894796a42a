import { readFile, writeFile } from 'node:fs/promises';

/** A GGUF file in raw pieces, so that a case can change one of them and leave every other byte as it was. */
export interface RawGguf {
  /** The stored value of each key, its type's number first. */
  readonly metadata: Map<string, Uint8Array>;
  tensors: RawTensor[];
}

export interface RawTensor {
  readonly name: string;
  readonly ne: readonly number[];
  /** ggml's number. */
  readonly type: number;
  readonly data: Uint8Array;
}

const alignment = 32;
const string = 8;
const array = 9;
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

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const f32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const bytesOf = (text: string | Uint8Array) => (typeof text === 'string' ? Buffer.from(text) : text);
const withLength = (text: string | Uint8Array) => Buffer.concat([u64(bytesOf(text).length), bytesOf(text)]);

/** Values as they are stored. */
export const stored = {
  uint16: (value: number) => Buffer.concat([u32(2), u32(value).subarray(0, 2)]),
  uint32: (value: number) => Buffer.concat([u32(4), u32(value)]),
  int32: (value: number) => Buffer.concat([u32(5), u32(value)]),
  float32: (value: number) => Buffer.concat([u32(6), f32(value)]),
  string: (text: string) => Buffer.concat([u32(string), withLength(text)]),
  strings: (texts: readonly (string | Uint8Array)[]) =>
    Buffer.concat([u32(array), u32(string), u64(texts.length), ...texts.map(withLength)]),
  uint32s: (values: readonly number[]) =>
    Buffer.concat([u32(array), u32(4), u64(values.length), ...values.map(u32)]),
};

/** F32 data of a tensor. */
export const floats = (values: Iterable<number>) => new Uint8Array(Float32Array.from(values).buffer);

/** The texts of a stored array of strings. */
export function stringsIn(value: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(value);
  const texts: Uint8Array[] = [];
  let at = 16;
  for (let left = Number(bytes.readBigUInt64LE(8)); left > 0; left--) {
    const length = Number(bytes.readBigUInt64LE(at));
    texts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts;
}

export async function readRaw(path: string): Promise<RawGguf> {
  const bytes = await readFile(path);
  let at = 24;
  const number = () => {
    at += 4;
    return bytes.readUInt32LE(at - 4);
  };
  const count = () => {
    at += 8;
    return Number(bytes.readBigUInt64LE(at - 8));
  };
  const text = () => {
    const length = count();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const skip = (type: number) => {
    if (type === string) text();
    else at += sizes[type] ?? fail(`a value of type ${type}`);
  };
  const described = Number(bytes.readBigUInt64LE(8));
  const metadata = new Map<string, Uint8Array>();
  for (let left = Number(bytes.readBigUInt64LE(16)); left > 0; left--) {
    const key = text();
    const start = at;
    const type = number();
    if (type === array) {
      const items = number();
      for (let item = count(); item > 0; item--) skip(items);
    } else skip(type);
    metadata.set(key, bytes.subarray(start, at));
  }
  const places = Array.from({ length: described }, () => {
    const name = text();
    const ne = Array.from({ length: number() }, count);
    return { name, ne, type: number(), offset: count() };
  });
  const base = padded(at);
  const ends = places.map(({ offset }, index) => {
    const later = places.map((place) => place.offset).filter((other) => other > offset);
    return index >= 0 && later.length > 0 ? base + Math.min(...later) : bytes.length;
  });
  const tensors = places.map(({ name, ne, type, offset }, index) => ({
    name,
    ne,
    type,
    data: bytes.subarray(base + offset, ends[index]),
  }));
  return { metadata, tensors };
}

/** The bytes of the file, the tensors one after the other. */
export function rawBytes({ metadata, tensors }: RawGguf): Buffer {
  let offset = 0;
  const places = tensors.map(({ name, ne, type, data }) => {
    const place = [withLength(name), u32(ne.length), ...ne.map(u64), u32(type), u64(offset)];
    offset = padded(offset + data.length);
    return Buffer.concat(place);
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.size),
    ...[...metadata].flatMap(([key, value]) => [withLength(key), value]),
    ...places,
  ]);
  return Buffer.concat([toAlignment(head), ...tensors.map(({ data }) => toAlignment(data))]);
}

export async function writeRaw(path: string, gguf: RawGguf): Promise<void> {
  await writeFile(path, rawBytes(gguf));
}

/** The model with other metadata and tensors; a value of undefined drops the key. */
export function changed(
  { metadata, tensors }: RawGguf,
  values: Readonly<Record<string, Uint8Array | undefined>>,
  more: readonly RawTensor[] = [],
): RawGguf {
  const all = new Map(metadata);
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) all.delete(key);
    else all.set(key, value);
  }
  return { metadata: all, tensors: [...tensors, ...more] };
}

/** The model with one tensor in place of that of its name. */
export function withTensor(gguf: RawGguf, tensor: RawTensor): RawGguf {
  return { ...gguf, tensors: gguf.tensors.map((other) => (other.name === tensor.name ? tensor : other)) };
}

export function tensorOf({ tensors }: RawGguf, name: string): RawTensor {
  return tensors.find((tensor) => tensor.name === name) ?? fail(name);
}

/** A LoRA adapter with these tensors. */
export function adapter(
  tensors: readonly RawTensor[],
  values: Readonly<Record<string, Uint8Array | undefined>> = {},
): RawGguf {
  const metadata = new Map([
    ['general.type', stored.string('adapter')],
    ['general.architecture', stored.string('llama')],
    ['adapter.type', stored.string('lora')],
    ['adapter.lora.alpha', stored.float32(4)],
  ]);
  return changed({ metadata, tensors: [...tensors] }, values);
}

/** Factors of F32, filled with small numbers that repeat nowhere near. */
export function factors(name: string, a: readonly number[], b: readonly number[], size = 0.01): RawTensor[] {
  const fill = (ne: readonly number[], seed: number) =>
    floats(Array.from({ length: ne.reduce((n, m) => n * m, 1) }, (_, i) => size * Math.sin(seed + 1.7 * i)));
  return [
    { name: `${name}.lora_a`, ne: a, type: 0, data: fill(a, 1) },
    { name: `${name}.lora_b`, ne: b, type: 0, data: fill(b, 2) },
  ];
}

const padded = (at: number) => Math.ceil(at / alignment) * alignment;
const toAlignment = (bytes: Uint8Array) =>
  Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);

function fail(what: string): never {
  throw new Error(`the case has no ${what}`);
}
