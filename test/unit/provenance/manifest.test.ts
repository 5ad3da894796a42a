import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { manifestOf } from '../../../src/engine/provenance/manifest.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { rootOver } from './workplace.ts';

const it = test.extend(temporaryFolder);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('files stand in the order of the parts of their paths, by bytes, in whatever order they are given', async ({
  folder,
}) => {
  const sorted = ['B', 'a', 'b/a', 'b/b/c', 'b/é', 'b-1/a', 'b.txt', 'é'];
  for (const name of sorted) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), name);
  }
  const digests = sorted.map(sha256);
  for (const names of [sorted, sorted.toReversed()]) {
    const manifest = await manifestOf('model', { root: folder, names });
    expect(manifest.resources).toEqual(
      sorted.map((name, i) => ({ name, algorithm: 'sha256', digest: digests[i] })),
    );
    expect(manifest).toMatchObject({ name: 'model', root: rootOver(digests) });
  }
});

it('says how far it is over all files, and never falls back', async ({ folder }) => {
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await writeFile(path.join(folder, name), name);
  const said: number[] = [];
  const report = (_: string, fraction: number) => said.push(fraction);
  await manifestOf('model', { root: folder, names }, { report });
  expect(said).toEqual([0.25, 0.5, 0.75, 1]);
});

it('stops when it is told to', async ({ folder }) => {
  await writeFile(path.join(folder, 'a'), 'a');
  const work = { signal: AbortSignal.abort() };
  await expect(manifestOf('model', { root: folder, names: ['a'] }, work)).rejects.toThrow(/cancel/i);
});
