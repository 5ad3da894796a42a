import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { keepSweep, keptLayer } from '../../../src/engine/editing/sweep/keptSweep.ts';
import type { SweptLayer } from '../../../src/engine/editing/sweep/sweep.ts';
import { counterfact } from '../../../src/engine/measures/counterfact.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const digest = `sha256:${'a'.repeat(64)}`;
const swept = (layer: number, score: number): SweptLayer => {
  const none = counterfact([]);
  return { layer, measures: { ...none, after: { ...none.after, score } }, seconds: 1 };
};

test('a sweep is kept for the very model and method that it was made with', async ({ folder }) => {
  expect(await keptLayer(digest, 'rome', folder)).toBeUndefined();
  await keepSweep(digest, 'rome', [swept(4, 0.914), swept(2, 0.8)], folder);
  const kept = await keptLayer(digest, 'rome', folder);
  expect(kept?.layer).toBe(4);
  expect(kept?.reason).toMatch(
    /^the best of 2 layers in a sweep of this model on \d{4}-\d\d-\d\d, score 0\.91$/,
  );
  expect(await keptLayer(digest, 'memit', folder)).toBeUndefined();
  // another model whose digest begins alike
  expect(await keptLayer(`sha256:${'a'.repeat(63)}b`, 'rome', folder)).toBeUndefined();
  expect(readdirSync(folder)).toHaveLength(1);
});

const damages: [what: string, (text: string) => string, says: RegExp][] = [
  ['that is cut', (text) => text.slice(0, 30), /is damaged/],
  ['with another layer', (text) => text.replace('"layer": 4', '"layer": 3'), /is damaged/],
  ['of another method', (text) => text.replaceAll('rome', 'memit'), /is damaged/],
  ['that is empty', () => '', /is damaged/],
];

test.for(damages)(
  'a file %s is said to be so, once, and never used',
  async ([, damage, says], { folder }) => {
    await keepSweep(digest, 'rome', [swept(4, 0.9)], folder);
    const file = path.join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    const warned: string[] = [];
    const work = { warn: (text: string) => warned.push(text) };
    expect(await keptLayer(digest, 'rome', folder, work)).toBeUndefined();
    expect(await keptLayer(digest, 'rome', folder, work)).toBeUndefined();
    expect(warned).toEqual([expect.stringMatching(says)]);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('a file of another model in its place is not used', async ({ folder }) => {
  await keepSweep(`sha256:${'c'.repeat(64)}`, 'rome', [swept(4, 0.9)], folder);
  const [other = ''] = readdirSync(folder);
  await keepSweep(digest, 'rome', [swept(4, 0.9)], folder);
  const own = readdirSync(folder).find((name) => name !== other) ?? '';
  renameSync(path.join(folder, other), path.join(folder, own));
  const warned: string[] = [];
  expect(await keptLayer(digest, 'rome', folder, { warn: (text) => warned.push(text) })).toBeUndefined();
  expect(warned).toEqual([expect.stringContaining('was made from something else')]);
});
