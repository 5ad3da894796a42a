import type { GgufHeader, MetadataValue } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import type { Work } from '../work/progress.ts';
import { Cursor, ENTRY_BYTES } from './cursor.ts';
import { KEYS } from './names.ts';
import { notGguf, TELLING } from './notGguf.ts';
import { padded, placed, readTensors } from './tensors.ts';
import { readValue } from './values.ts';

/** `GGUF` in ASCII. */
export const MAGIC = new Uint8Array([0x47, 0x47, 0x55, 0x46]);

/** The specification's limit. */
const LONGEST_KEY = 65_535;
const DEFAULT_ALIGNMENT = 32;

/** Bytes of the shortest key with its value, and of the shortest tensor description. */
const SMALLEST_ENTRY = 8 + 1 + 4 + 1;
const SMALLEST_TENSOR = 8 + 1 + 4 + 4 + 8;

/**
 * Reads and checks the header of a GGUF file, version 2 or 3, with the checks of llama.cpp's own reader
 * (ggml/src/gguf.cpp) and bounded: every count and length may lie. The tensors lie wholly inside the file.
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
export function stringOf(header: Pick<GgufHeader, 'metadata'>, key: string): string | undefined {
  const value = header.metadata.get(key);
  return value?.type === 'string' ? value.value : undefined;
}

/** The number under `key`, of any integer or float type; undefined where there is none. */
export function numberOf(header: GgufHeader, key: string): number | undefined {
  const value = header.metadata.get(key);
  if (value === undefined || !('value' in value)) return undefined;
  return typeof value.value === 'number' || typeof value.value === 'bigint' ? Number(value.value) : undefined;
}

async function readVersion(cursor: Cursor): Promise<2 | 3> {
  const { name, size } = cursor.source;
  if (size === 0) throw new InputError(`${name} is empty.`);
  const { buffer, byteOffset, byteLength } = await cursor.take(Math.min(TELLING, size), 'the beginning');
  const beginning = new Uint8Array(buffer, byteOffset, byteLength);
  if (!MAGIC.every((byte, index) => beginning[index] === byte)) throw notGguf(name, beginning);
  cursor.position = MAGIC.length;
  const version = await cursor.uint32('the version');
  if (version === 2 || version === 3) return version;
  if (version !== 0 && (version & 0xffff) === 0) {
    throw new InputError(`${name} is a big-endian GGUF file; only little-endian ones are supported.`);
  }
  throw new InputError(`${name} is GGUF version ${version}; only versions 2 and 3 are supported.`);
}

async function readMetadata(cursor: Cursor, count: number): Promise<Map<string, MetadataValue>> {
  const metadata = new Map<string, MetadataValue>();
  for (let index = 0; index < count; index++) {
    cursor.retain(ENTRY_BYTES);
    const key = await cursor.string(`metadata key ${index}`, LONGEST_KEY);
    if (key === '') throw new InputError(`${cursor.source.name} is damaged: metadata key ${index} is empty.`);
    if (metadata.has(key)) {
      throw new InputError(`${cursor.source.name} is damaged: the key ${quoted(key)} occurs twice.`);
    }
    metadata.set(key, await readValue(cursor, key));
  }
  return metadata;
}

function alignmentOf(name: string, metadata: ReadonlyMap<string, MetadataValue>): number {
  const value = metadata.get(KEYS.alignment);
  if (value === undefined) return DEFAULT_ALIGNMENT;
  if (value.type === 'uint32' && value.value > 0 && Number.isInteger(Math.log2(value.value)))
    return value.value;
  const given =
    'value' in value && value.type !== 'string' ? `${value.value} (${value.type})` : `of type ${value.type}`;
  throw new InputError(`${name} is damaged: general.alignment is ${given}, not a power of two (uint32).`);
}

/** The name of a model's architecture, as `llama`; empty where the header has none. */
export const architectureOf = (header: GgufHeader): string => stringOf(header, KEYS.architecture) ?? '';
