import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { CancelledError, InputError } from '../../../src/engine/errors.ts';
import { digestFile, digestFiles } from '../../../src/engine/files/digest.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);

test('the digest is that of sha256, known by heart for "abc" and for nothing', async ({ folder }) => {
  await writeFile(join(folder, 'abc'), 'abc');
  await writeFile(join(folder, 'empty'), '');
  expect(await digestFile(join(folder, 'abc'))).toBe(
    'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(await digestFile(join(folder, 'empty'))).toBe(
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
});

test('files longer than a buffer, and several of them, give the digest of all their bytes', async ({
  folder,
}) => {
  const bytes = Buffer.alloc(9_000_001, 'some bytes of no round length');
  const [first, second] = [join(folder, 'a'), join(folder, 'b')];
  await writeFile(first, bytes.subarray(0, 5_000_000));
  await writeFile(second, bytes.subarray(5_000_000));
  const fractions: number[] = [];
  const digest = await digestFiles([first, second], { report: (_, fraction) => fractions.push(fraction) });

  expect(digest).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions[0]).toBeCloseTo((4 << 20) / 9_000_001, 9);
  expect(fractions.at(-1)).toBe(1);
});

test('it stops when told to', async ({ folder }) => {
  const path = join(folder, 'large');
  await writeFile(path, Buffer.alloc(20 << 20));
  const stop = new AbortController();
  const work = digestFile(path, { signal: stop.signal, report: () => stop.abort() });
  await expect(work).rejects.toThrow(CancelledError);
});

test('what is no file is refused', async ({ folder }) => {
  await expect(digestFile(join(folder, 'absent'))).rejects.toThrow(
    new InputError(`${join(folder, 'absent')} does not exist.`),
  );
  await expect(digestFile(folder)).rejects.toThrow(new InputError(`${folder} is a folder.`));
  await expect(digestFile('/dev/null')).rejects.toThrow(new InputError('/dev/null is not a regular file.'));
});
