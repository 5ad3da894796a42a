import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { keepSweep, keptLayer } from '../../../src/engine/editing/hyperparameters/keptSweep.ts';
import type { SweptLayer } from '../../../src/engine/editing/hyperparameters/sweep.ts';
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

test('a file that cannot be read is as if there were none', async ({ folder }) => {
  await keepSweep(digest, 'rome', [swept(4, 0.9)], folder);
  writeFileSync(path.join(folder, readdirSync(folder)[0] ?? ''), '{');
  expect(await keptLayer(digest, 'rome', folder)).toBeUndefined();
});
