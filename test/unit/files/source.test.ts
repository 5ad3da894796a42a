import { existsSync } from 'node:fs';
import { appendFile, mkdir, open, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import {
  fetchWhole,
  partialFile,
  registerPartial,
  saidDigest,
} from '../../../src/engine/files/partialFiles.ts';
import { sameBytes } from '../../../src/engine/files/sameBytes.ts';
import { scratchFolder } from '../../../src/engine/files/scratchFolder.ts';
import { openFile, readInPieces } from '../../../src/engine/files/source.ts';
import { stampOf } from '../../../src/engine/files/stamp.ts';
import { sourceOf } from '../gguf/build.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const it = test.extend(temporaryFolder);
const bytes = (...values: number[]) => Uint8Array.from(values);

describe('a file', () => {
  it('is read by position, and no further than it goes', async ({ folder }) => {
    const file = path.join(folder, 'f');
    await writeFile(file, bytes(0, 1, 2, 3, 4, 5));
    await using source = await openFile(file);
    expect([source.name, source.size]).toEqual([file, 6]);
    expect(await source.read(2, 3)).toEqual(bytes(2, 3, 4));
    expect(await source.read(4, 9)).toEqual(bytes(4, 5));
    expect(await source.read(9, 4)).toEqual(bytes());
  });

  it('is closed with its source, and is none where it is a folder or absent', async ({ folder }) => {
    const file = path.join(folder, 'f');
    await writeFile(file, bytes(1));
    const source = await openFile(file);
    await source[Symbol.asyncDispose]();
    await expect(source.read(0, 1)).rejects.toThrow();
    await mkdir(path.join(folder, 'd'));
    await expect(openFile(path.join(folder, 'd'))).rejects.toThrow(/d is a folder\.$/);
    await expect(openFile(path.join(folder, 'none'))).rejects.toThrow(InputError);
  });

  it('is read on where a call brought less than was asked for', async ({ folder }) => {
    const file = path.join(folder, 'f');
    await writeFile(file, bytes(0, 1, 2, 3, 4, 5, 6));
    await using handle = await open(file);
    const asked: [number, number][] = [];
    const slow = {
      read: (into: Uint8Array, at: number, length: number, position: number) => {
        asked.push([length, position]);
        return handle.read(into, at, Math.min(2, length), position);
      },
    } as unknown as Parameters<typeof readInPieces>[0];
    const into = new Uint8Array(5);
    expect(await readInPieces(slow, into, 1)).toBe(5);
    expect(into).toEqual(bytes(1, 2, 3, 4, 5));
    expect(asked).toEqual([
      [5, 1],
      [3, 3],
      [1, 5],
    ]);
    expect(await readInPieces(slow, new Uint8Array(9), 4)).toBe(3);
    expect(await readInPieces(slow, new Uint8Array(0), 4)).toBe(0);
  });
});

describe('a file of which parts are missing', () => {
  it('is waited for where it is read, until it is whole', async ({ folder }) => {
    const file = path.join(folder, 'f');
    await writeFile(file, bytes(0, 1, 2, 3));
    const needed: number[][] = [];
    const partial = {
      name: 'hf:org/name/f',
      identity: 'i',
      digest: `sha256:${'a'.repeat(64)}`,
      missing: () => 0,
      need: async (offset: number, length: number) => void needed.push([offset, length]),
    };
    expect(partialFile(file)).toBeUndefined();
    {
      using _registered = registerPartial(path.join(folder, 'x', '..', 'f'), partial);
      expect(partialFile(file)).toBe(partial);
      expect(partialFile(path.join(folder, 'g'))).toBeUndefined();
      await using source = await openFile(file);
      expect(source.name).toBe('hf:org/name/f');
      await source.read(1, 9);
      await fetchWhole(file);
      await fetchWhole(path.join(folder, 'g'));
      expect(needed).toEqual([
        [1, 3],
        [0, Number.POSITIVE_INFINITY],
      ]);
      expect(saidDigest([file])).toBe(partial.digest);
      expect(saidDigest([file, file])).toBeUndefined();
      expect(saidDigest([])).toBeUndefined();
    }
    expect(partialFile(file)).toBeUndefined();
    expect(saidDigest([file])).toBeUndefined();
  });
});

describe('two stretches', () => {
  const size = (1 << 20) + 10;
  const content = Uint8Array.from({ length: size + 4 }, (_, i) => i % 251);
  const stretch = (all: Uint8Array, offset: number, byteLength = size) => ({
    source: sourceOf(all),
    offset,
    byteLength,
  });

  test('are the same byte for byte, wherever they lie', async () => {
    const moved = Uint8Array.from([9, 9, ...content]);
    expect(await sameBytes(stretch(content, 0), stretch(moved, 2))).toBe(true);
    expect(await sameBytes(stretch(content, 0), stretch(moved, 1))).toBe(false);
    expect(await sameBytes(stretch(content, 0, 5), stretch(content, 0, 4))).toBe(false);
    expect(await sameBytes(stretch(content, 0, 0), stretch(content, 3, 0))).toBe(true);
  });

  test.each([0, (1 << 20) - 1, 1 << 20, size - 1])('differ by one byte at %i', async (at) => {
    const other = content.slice();
    other[at] = (other[at] ?? 0) ^ 1;
    expect(await sameBytes(stretch(content, 0), stretch(other, 0))).toBe(false);
    expect(await sameBytes(stretch(content, 0, at), stretch(other, 0, at))).toBe(true);
  });

  test('are not read beyond the first piece that differs, nor beyond their ends', async () => {
    const other = content.slice();
    other[3] = 77;
    const one = stretch(content, 0);
    expect(await sameBytes(one, stretch(other, 0))).toBe(false);
    expect(one.source.requested).toBe(1 << 20);
    const whole = stretch(content, 0);
    await sameBytes(whole, stretch(content, 0));
    expect([whole.source.reads, whole.source.requested]).toEqual([2, size]);
  });
});

test('a scratch folder is its user’s alone, and goes with its use', async () => {
  let place = '';
  {
    await using scratch = await scratchFolder();
    place = scratch.path;
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    await writeFile(path.join(place, 'patch'), 'x');
  }
  expect(existsSync(place)).toBe(false);
});

it('a stamp changes with content, times and place', async ({ folder }) => {
  const file = path.join(folder, 'f');
  await writeFile(file, 'one');
  const first = await stampOf(file);
  expect(await stampOf(file)).toBe(first);
  // seconds are set back; when that was done cannot be
  const { atime, mtime } = await stat(file);
  await appendFile(file, '');
  await writeFile(file, 'two');
  await utimes(file, atime, mtime);
  expect(await stampOf(file)).not.toBe(first);
  expect(first).toMatch(/ 3 \d{16,} \d{16,} \d+:\d+$/);
  await expect(stampOf(path.join(folder, 'none'))).rejects.toThrow(InputError);
});
