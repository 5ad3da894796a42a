import { createHash } from 'node:crypto';
import type { MetadataArray } from '../../../protocol/gguf.ts';
import { piecesOf } from '../../files/sameBytes.ts';
import type { ByteSource } from '../../files/source.ts';
import { Cursor } from '../../gguf/cursor.ts';
import { readArray } from '../../gguf/values.ts';
import { throwIfAborted } from '../../work/turn.ts';
import { shownScalar } from './shownValue.ts';

/** An array in its file. */
export interface PlacedArray {
  readonly source: ByteSource;
  readonly array: MetadataArray;
}

/** In what two arrays differ. */
export interface ArrayDiff {
  /** Items that differ, those that only one array has included. */
  readonly changed: number;
  /** The first of them as lines: the base's marked with -, the candidate's with +. */
  readonly lines: readonly string[];
}

/** Items that are shown. */
const maxShown = 10;
/** Bytes of an item that are held to be compared and shown; of a longer one its digest is. */
const maxItemLength = 1 << 16;

interface Item {
  readonly length: number;
  /** The item itself, or where it is long its digest. */
  readonly bytes: Uint8Array;
}

/** Walks both arrays side by side, each once, a piece at a time. Items of different types differ. */
export async function arrayDiff(
  base: PlacedArray,
  candidate: PlacedArray,
  signal?: AbortSignal,
): Promise<ArrayDiff> {
  const left = itemsOf(base);
  const right = itemsOf(candidate);
  const sameType = base.array.items === candidate.array.items;
  const most = Math.max(base.array.length, candidate.array.length);
  const lines: string[] = [];
  let changed = 0;
  for (let index = 0; index < most; index++) {
    if (index % 4096 === 0) throwIfAborted(signal);
    const before = index < base.array.length ? await left() : undefined;
    const after = index < candidate.array.length ? await right() : undefined;
    if (sameType && before !== undefined && after !== undefined && same(before, after)) continue;
    changed++;
    if (changed > maxShown) continue;
    if (before !== undefined) lines.push(`- [${index}] ${await shown(base, index, before)}`);
    if (after !== undefined) lines.push(`+ [${index}] ${await shown(candidate, index, after)}`);
  }
  if (changed > maxShown) lines.push(`… and ${changed - maxShown} more`);
  return { changed, lines };
}

const same = (one: Item, other: Item): boolean =>
  one.length === other.length && Buffer.compare(one.bytes, other.bytes) === 0;

/** Gives the next item whenever it is asked; an item is valid until the next. */
function itemsOf({ source, array }: PlacedArray): () => Promise<Item> {
  const cursor = new Cursor(source, array.offset);
  const size = array.byteLength / array.length;
  return array.items === 'string' ? () => nextString(cursor) : () => take(cursor, size);
}

async function nextString(cursor: Cursor): Promise<Item> {
  const length = await cursor.count('the length of an item of an array');
  if (length <= maxItemLength) return await take(cursor, length);
  const hash = createHash('sha256');
  const { source, position } = cursor;
  for await (const bytes of piecesOf({ source, offset: position, byteLength: length })) hash.update(bytes);
  cursor.skip(length, 'an item of an array');
  return { length, bytes: hash.digest() };
}

async function take(cursor: Cursor, length: number): Promise<Item> {
  const view = await cursor.take(length, 'an item of an array');
  return { length, bytes: new Uint8Array(view.buffer, view.byteOffset, length) };
}

async function shown({ source, array }: PlacedArray, index: number, item: Item): Promise<string> {
  if (array.items === 'string') {
    if (item.length > maxItemLength) {
      return `(${item.length} bytes, sha256 ${Buffer.from(item.bytes).toString('hex')})`;
    }
    return JSON.stringify(new TextDecoder().decode(item.bytes));
  }
  const [value] = await readArray(source, array, index, 1);
  return value === undefined ? '' : shownScalar(array.items, value);
}
