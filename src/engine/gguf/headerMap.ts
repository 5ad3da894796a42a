import type { MetadataValue } from '../../protocol/gguf.ts';
import type { ByteSource } from '../files/source.ts';
import type { Work } from '../work/progress.ts';
import { Cursor } from './cursor.ts';
import { readTensors } from './tensors.ts';
import { readValue } from './values.ts';

/** A metadata value with the bytes that it takes in its file, its type included. */
export interface MappedValue {
  readonly value: MetadataValue;
  readonly offset: number;
  readonly byteLength: number;
}

/** Where everything lies in a header. */
export interface HeaderMap {
  readonly version: number;
  /** By key, in the order of the file. */
  readonly values: ReadonlyMap<string, MappedValue>;
  /** The first byte behind the last tensor's description. */
  readonly end: number;
}

const magicBytes = 4;

/** Maps a header that `readHeader` has accepted. Errors: `InputError` where the file has changed since. */
export async function mapHeader(source: ByteSource, work?: Work): Promise<HeaderMap> {
  const cursor = new Cursor(source, magicBytes, work);
  const version = await cursor.uint32('the version');
  const tensors = await cursor.count('the number of tensors');
  const keys = await cursor.count('the number of metadata keys');
  const values = new Map<string, MappedValue>();
  for (let index = 0; index < keys; index++) {
    const key = await cursor.string(`metadata key ${index}`);
    const offset = cursor.position;
    const value = await readValue(cursor, key);
    values.set(key, { value, offset, byteLength: cursor.position - offset });
  }
  await readTensors(cursor, tensors);
  return { version, values, end: cursor.position };
}
