import type { LongString, MetadataArray, MetadataValue, Scalar, ScalarType } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import type { Work } from '../work/progress.ts';
import { Cursor } from './cursor.ts';

/** The value types by their number in the file (`enum gguf_type`); 9 is the array. */
const TYPES: readonly (ScalarType | 'array')[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
];

/** Bytes from which on a string is passed over; chat templates have some tens of thousands. */
const LONG = 1 << 20;
/** The same of what this tool wrote of a patch: thousands of edits have megabytes. */
export const LONG_OWN = 16 << 20;
/** Bytes of a long string that a header keeps. */
const BEGINNING = 4096;

/** Items of an array that a header keeps; the rest is read when asked for. */
const HEAD = 1024;

/** How a value of fixed size is read; all of GGUF is little endian. */
const FIXED = {
  uint8: { size: 1, read: (view: DataView, at: number) => view.getUint8(at) },
  int8: { size: 1, read: (view: DataView, at: number) => view.getInt8(at) },
  uint16: { size: 2, read: (view: DataView, at: number) => view.getUint16(at, true) },
  int16: { size: 2, read: (view: DataView, at: number) => view.getInt16(at, true) },
  uint32: { size: 4, read: (view: DataView, at: number) => view.getUint32(at, true) },
  int32: { size: 4, read: (view: DataView, at: number) => view.getInt32(at, true) },
  float32: { size: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
  bool: { size: 1, read: (view: DataView, at: number) => view.getUint8(at) !== 0 },
  uint64: { size: 8, read: (view: DataView, at: number) => view.getBigUint64(at, true) },
  int64: { size: 8, read: (view: DataView, at: number) => view.getBigInt64(at, true) },
  float64: { size: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) },
} as const;

/** Reads the value of `key`, type first. An array's items are passed over, but for the first 1024; so are long strings. */
export async function readValue(cursor: Cursor, key: string): Promise<MetadataValue> {
  const what = `the value of ${quoted(key)}`;
  const type = await readType(cursor, what);
  switch (type) {
    case 'array':
      return readArrayHead(cursor, what);
    case 'string':
      return await readString(cursor, what, key.startsWith('palimpsest.') ? LONG_OWN : LONG);
    case 'bool':
      return { type, value: FIXED.bool.read(await cursor.take(1, what), 0) };
    case 'uint64':
    case 'int64':
      return { type, value: FIXED[type].read(await cursor.take(8, what), 0) };
    default:
      return { type, value: FIXED[type].read(await cursor.take(FIXED[type].size, what), 0) };
  }
}

async function readString(cursor: Cursor, what: string, longest: number): Promise<MetadataValue> {
  const byteLength = await cursor.count(`the length of ${what}`);
  if (byteLength <= longest) return { type: 'string', value: await cursor.text(byteLength, what) };
  const offset = cursor.position;
  cursor.skip(byteLength, what);
  cursor.position = offset;
  const head = await cursor.text(BEGINNING, what);
  cursor.position = offset + byteLength;
  return { type: 'long string', head: head.replace(/\uFFFD$/, ''), offset, byteLength };
}

/** A long string whole. Errors: `InputError` above 16 MB, which is too much for a view. */
export async function readLongString(source: ByteSource, text: LongString, work?: Work): Promise<string> {
  if (text.byteLength > 16 << 20) {
    throw new InputError(
      `The text has ${Math.round(text.byteLength / 2 ** 20)} MB in ${source.name}; texts are shown up to 16 MB.`,
    );
  }
  return await new Cursor(source, text.offset, work).text(text.byteLength, 'a text');
}

/**
 * Items `from` to `from + count` of an array that a header describes, fewer at its end. Strings lie behind one
 * another with nothing to find them by, so their lengths are walked from the first.
 * Errors: `InputError` where the file has changed or the strings asked for exceed 16 MB.
 */
export async function readArray(
  source: ByteSource,
  array: MetadataArray,
  from: number,
  count: number,
  work?: Work,
): Promise<Scalar[]> {
  const wanted = Math.max(0, Math.min(count, array.length - from));
  const cursor = new Cursor(source, array.offset, work);
  const what = `item ${from} of an array`;
  if (array.items === 'string') await cursor.skipStrings(Math.min(from, array.length), what);
  else cursor.skip(FIXED[array.items].size * Math.min(from, array.length), what);
  return readItems(cursor, array.items, wanted, what);
}

async function readArrayHead(cursor: Cursor, what: string): Promise<MetadataArray> {
  const items = await readType(cursor, what);
  if (items === 'array') {
    throw new InputError(
      `${cursor.source.name} holds an array of arrays as ${what}, which GGUF readers do not take.`,
    );
  }
  const length = await cursor.count(`the length of ${what}`);
  const smallest = items === 'string' ? 8 : FIXED[items].size;
  if (length > cursor.remaining / smallest) throw cursor.truncated(`${what}, an array of ${length} items,`);

  const offset = cursor.position;
  const head = await readItems(cursor, items, Math.min(length, HEAD), what);
  const rest = length - head.length;
  if (items === 'string') await cursor.skipStrings(rest, what);
  else cursor.skip(rest * FIXED[items].size, what);
  return { type: 'array', items, length, head, offset, byteLength: cursor.position - offset };
}

async function readItems(cursor: Cursor, items: ScalarType, count: number, what: string): Promise<Scalar[]> {
  const values: Scalar[] = [];
  for (let index = 0; index < count; index++) {
    cursor.retain(ITEM_BYTES);
    if (items === 'string') values.push(await cursor.string(what));
    else values.push(FIXED[items].read(await cursor.take(FIXED[items].size, what), 0));
  }
  return values;
}

/** What one item costs in JavaScript besides its text. */
const ITEM_BYTES = 32;

async function readType(cursor: Cursor, what: string): Promise<ScalarType | 'array'> {
  const id = await cursor.uint32(what);
  const type = TYPES[id];
  if (type === undefined)
    throw new InputError(`${cursor.source.name} is damaged: ${what} is of the unknown type ${id}.`);
  return type;
}
