import type { GgufHeader, MetadataValue, TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import type { Work } from '../progress.ts';
import { Cursor } from './cursor.ts';
import type { ByteSource } from './source.ts';
import { GGML_TYPES, tensorBytes } from './types.ts';
import { readValue } from './values.ts';

/** ggml's limits (`GGML_MAX_NAME` with its closing zero, `GGML_MAX_DIMS`) and the GGUF specification's for keys. */
const LONGEST_TENSOR_NAME = 63;
const MOST_DIMENSIONS = 4;
const LONGEST_KEY = 65_535;
const DEFAULT_ALIGNMENT = 32;

/** Bytes of the shortest key with its value, and of the shortest tensor description. */
const SMALLEST_ENTRY = 8 + 1 + 4 + 1;
const SMALLEST_TENSOR = 8 + 1 + 4 + 4 + 8;

/** What one key or tensor costs in JavaScript besides its name. */
const ENTRY_BYTES = 256;

/**
 * Reads and checks the header of a GGUF file, version 2 or 3, as llama.cpp's own reader does, but bounded: every
 * count and length may lie. What it accepts, llama.cpp accepts; the tensors lie wholly inside the file.
 * Errors: `InputError`, one sentence with the file's name. Specification: ggml/docs/gguf.md.
 */
export async function readHeader(source: ByteSource, work?: Work): Promise<GgufHeader> {
  const cursor = new Cursor(source, 0, work);
  const version = await readVersion(cursor);
  const tensorCount = await cursor.count('the number of tensors');
  const keyCount = await cursor.count('the number of metadata keys');

  if (keyCount * SMALLEST_ENTRY + tensorCount * SMALLEST_TENSOR > cursor.remaining) {
    throw cursor.truncated(`a header of ${keyCount} keys and ${tensorCount} tensors`);
  }

  const metadata = await readMetadata(cursor, keyCount);
  const alignment = alignmentOf(source.name, metadata);
  const described = await readTensors(cursor, tensorCount);
  const dataOffset = tensorCount === 0 ? cursor.position : padded(cursor.position, alignment);
  const tensors = placed(source, described, dataOffset, alignment);
  return { name: source.name, version, alignment, metadata, tensors, dataOffset, fileSize: source.size };
}

/** The string under `key`, or undefined where there is none or it is of another type. */
export function stringOf(header: GgufHeader, key: string): string | undefined {
  const value = header.metadata.get(key);
  return value?.type === 'string' ? value.value : undefined;
}

/** The number under `key`, of any integer or float type; undefined where there is none. */
export function numberOf(header: GgufHeader, key: string): number | undefined {
  const value = header.metadata.get(key);
  if (value === undefined || value.type === 'array') return undefined;
  return typeof value.value === 'number' || typeof value.value === 'bigint' ? Number(value.value) : undefined;
}

async function readVersion(cursor: Cursor): Promise<2 | 3> {
  const { name, size } = cursor.source;
  if (size === 0) throw new InputError(`${name} is empty.`);
  const magic = await cursor.take(Math.min(4, size), 'the beginning');
  const begins = String.fromCharCode(...new Uint8Array(magic.buffer, magic.byteOffset, magic.byteLength));
  if (begins !== 'GGUF') {
    throw new InputError(`${name} is not a GGUF file (it begins with ${JSON.stringify(printable(begins))}).`);
  }
  const version = await cursor.uint32('the version');
  if (version === 2 || version === 3) return version;
  if (version !== 0 && (version & 0xffff) === 0) {
    throw new InputError(`${name} is a big-endian GGUF file; only little-endian ones are supported.`);
  }
  throw new InputError(`${name} is GGUF version ${version}; only versions 2 and 3 are supported.`);
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

async function readMetadata(cursor: Cursor, count: number): Promise<Map<string, MetadataValue>> {
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < count; index++) {
    cursor.retain(ENTRY_BYTES);
    const key = await cursor.string(`metadata key ${index}`, LONGEST_KEY);
    if (key === '') throw new InputError(`${cursor.source.name} is damaged: metadata key ${index} is empty.`);
    if (metadata.has(key)) {
      throw new InputError(`${cursor.source.name} is damaged: the key ${JSON.stringify(key)} occurs twice.`);
    }
    metadata.set(key, await readValue(cursor, key));
  }
  return metadata;
}

function alignmentOf(name: string, metadata: ReadonlyMap<string, MetadataValue>): number {
  const value = metadata.get('general.alignment');
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (value.type === 'uint32' && value.value > 0 && Number.isInteger(Math.log2(value.value)))
    return value.value;
  const given = value.type === 'array' ? 'an array' : `${value.value} (${value.type})`;
  throw new InputError(`${name} is damaged: general.alignment is ${given}, not a power of two (uint32).`);
}

/** A tensor before it is known where the data section begins. */
type Described = Omit<TensorInfo, 'offset' | 'part'> & { readonly relativeOffset: number };

async function readTensors(cursor: Cursor, count: number): Promise<Described[]> {
  const tensors: Described[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    cursor.retain(ENTRY_BYTES);
    const tensor = await readTensor(cursor, index);
    if (names.has(tensor.name)) throw damaged(cursor, tensor.name, 'occurs twice');
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(cursor: Cursor, index: number): Promise<Described> {
  const name = await cursor.string(`the name of tensor ${index}`, LONGEST_TENSOR_NAME);
  const what = `the description of tensor ${JSON.stringify(name)}`;
  const dimensions = await cursor.uint32(what);
  if (dimensions > MOST_DIMENSIONS)
    throw damaged(cursor, name, `has ${dimensions} dimensions; ggml knows at most 4`);

  const ne: number[] = [];
  for (let dimension = 0; dimension < dimensions; dimension++) {
    ne.push(await cursor.count(`dimension ${dimension} of tensor ${JSON.stringify(name)}`));
  }
  if (ne.includes(0)) throw damaged(cursor, name, `has the shape [${ne.join(', ')}] and so no elements`);
  const elements = ne.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(elements))
    throw damaged(cursor, name, `claims the impossible shape [${ne.join(', ')}]`);

  const id = await cursor.uint32(what);
  const type = GGML_TYPES.get(id);
  if (type === undefined) throw damaged(cursor, name, `is of the unknown ggml type ${id}`);
  const row = ne[0] ?? 1;
  if (row % type.blockSize !== 0) {
    throw damaged(
      cursor,
      name,
      `has rows of ${row} elements, not a multiple of the ${type.blockSize} of ${type.name}`,
    );
  }
  const byteLength = tensorBytes(type, ne);
  return { name, type, ne, elements, byteLength, relativeOffset: await cursor.count(what) };
}

/** Gives every tensor its place in the file. As in ggml, data follows data, each padded to the alignment. */
function placed(
  source: ByteSource,
  tensors: readonly Described[],
  dataOffset: number,
  alignment: number,
): TensorInfo[] {
  let expected = 0;
  let previous = '';
  return tensors.map(({ relativeOffset, ...tensor }) => {
    const where = `${source.name} is damaged: tensor ${JSON.stringify(tensor.name)} begins at byte ${relativeOffset} of the data`;
    if (relativeOffset % alignment !== 0)
      throw new InputError(`${where}, which is not a multiple of ${alignment}.`);
    if (relativeOffset < expected) throw new InputError(`${where}, where it overlaps tensor ${previous}.`);
    if (relativeOffset > expected)
      throw new InputError(`${where}, but should follow the one before it at ${expected}.`);

    const offset = dataOffset + relativeOffset;
    const end = offset + tensor.byteLength;
    if (end > source.size) {
      throw new InputError(
        `${source.name} is truncated: tensor ${JSON.stringify(tensor.name)} needs bytes ${offset} to ${end}, the file has ${source.size}.`,
      );
    }
    expected = padded(relativeOffset + tensor.byteLength, alignment);
    previous = JSON.stringify(tensor.name);
    return { ...tensor, offset, part: 0 };
  });
}

const padded = (position: number, alignment: number): number => Math.ceil(position / alignment) * alignment;

function damaged(cursor: Cursor, tensor: string, says: string): InputError {
  return new InputError(`${cursor.source.name} is damaged: tensor ${JSON.stringify(tensor)} ${says}.`);
}
