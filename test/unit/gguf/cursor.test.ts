import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/engine/errors.ts';
import { Cursor } from '../../../src/engine/gguf/cursor.ts';
import { sourceOf } from './build.ts';

const u64 = (value: bigint | number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const over = (...parts: Uint8Array[]) => {
  const source = sourceOf(Buffer.concat(parts));
  return { source, cursor: new Cursor(source, 0) };
};

describe('a cursor over a header', () => {
  it('reads one value after another, and knows how much is left', async () => {
    const { source, cursor } = over(Buffer.from([1, 2, 0, 0]), u64(5), text('héllo'), Buffer.from([9]));
    expect(await cursor.uint32('a number')).toBe(0x201);
    expect(await cursor.count('a count')).toBe(5);
    expect(await cursor.string('a text')).toBe('héllo');
    expect([cursor.position, cursor.remaining]).toEqual([26, 1]);
    // all of it came with the first read
    expect(source.reads).toBe(1);
    cursor.skip(1, 'a byte');
    expect(() => cursor.skip(1, 'a byte')).toThrow(/truncated: a byte reaches beyond/);
    await expect(cursor.uint32('a number')).rejects.toThrow(/truncated: a number reaches beyond/);
  });

  it('reads little first, and twice as much each time, up to 1 MB', async () => {
    const asked: number[] = [];
    const source = {
      ...sourceOf(Buffer.alloc(4 << 20)),
      read: async (_: number, length: number) => {
        asked.push(length);
        return new Uint8Array(length);
      },
    };
    const cursor = new Cursor(source, 0);
    for (let at = 0; at < 40; at++) await cursor.take(1 << 16, 'bytes');
    expect(asked.slice(0, 6).map((length) => length >> 16)).toEqual([1, 2, 4, 8, 16, 16]);
    const larger = new Cursor(source, 0);
    asked.length = 0;
    await larger.take(100_000, 'bytes');
    expect(asked).toEqual([100_000]);
  });

  it('refuses counts that no file can hold, and takes the largest that is exact', async () => {
    const { cursor } = over(u64(2n ** 53n - 1n), u64(2n ** 53n));
    expect(await cursor.count('a count')).toBe(Number.MAX_SAFE_INTEGER);
    await expect(cursor.count('a count')).rejects.toThrow(/damaged: a count is given as 9007199254740992/);
  });

  it('passes over texts, and shows each without a copy', async () => {
    const { cursor } = over(text('one'), text(''), text('three'), text('four'), u64(2n ** 33n));
    await cursor.skipStrings(2, 'texts');
    const seen: [string, number][] = [];
    await cursor.eachString(2, 'texts', (bytes, index) => {
      seen.push([Buffer.from(bytes).toString(), index]);
    });
    expect(seen).toEqual([
      ['three', 0],
      ['four', 1],
    ]);
    const lengthAt = cursor.position;
    await expect(cursor.skipStrings(1, 'a text')).rejects.toThrow(/truncated: a text/);
    cursor.position = lengthAt;
    await expect(cursor.eachString(1, 'a text', () => {})).rejects.toThrow(/claims a length of 8589934592/);
  });

  it('reads texts across the ends of its chunks', async () => {
    const long = 'x'.repeat(70_000);
    const { cursor } = over(text('a'), text(long), text('b'), text(long), text('c'));
    expect(await cursor.string('a text')).toBe('a');
    expect(await cursor.string('a text')).toBe(long);
    const seen: number[] = [];
    await cursor.eachString(3, 'texts', (bytes) => seen.push(bytes.length));
    expect(seen).toEqual([1, 70_000, 1]);
    expect(cursor.remaining).toBe(0);
  });

  it('keeps no more than 16 MB, refuses texts above their bound, and a source that gives less', async () => {
    const { cursor } = over(text('abc'));
    cursor.retain(16 << 20);
    expect(() => cursor.retain(1)).toThrow(/more than 16 MB of memory/);
    await expect(over(text('abc')).cursor.string('a key', 2)).rejects.toThrow(/a key claims a length of 3/);
    expect(await over(text('abc')).cursor.string('a key', 3)).toBe('abc');
    const short = { ...sourceOf(Buffer.alloc(100)), read: async () => new Uint8Array(3) };
    await expect(new Cursor(short, 0).uint32('a number')).rejects.toThrow(/truncated: a number/);
  });

  it('can be stopped', async () => {
    const source = sourceOf(Buffer.alloc(100));
    const cursor = new Cursor(source, 0, { signal: AbortSignal.abort() });
    await expect(cursor.uint32('a number')).rejects.toThrow(CancelledError);
  });
});
