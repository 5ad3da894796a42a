import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { TinyModels, wide } from '../tiny/write.ts';
import { rankOne, remake } from './checkpoints.ts';

/** Values that lie on one type's grid, rounded to another: the error follows the grid, and is no edit. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-rounding-'));
const tiny = new TinyModels();
afterAll(() => {
  rmSync(folder, { recursive: true });
  tiny[Symbol.dispose]();
});

const q4_1 = 3;
const types = [
  ['F16', 1],
  ['Q8_0', 8],
  ['Q6_K', 14],
  ['Q5_K', 13],
  ['Q4_K', 12],
  ['Q4_0', 2],
] as const;

describe.each(types)('a model of Q4_1 that is stored as %s', (name, type) => {
  it.each(types.filter(([other]) => other !== name))('and as %s is only rounded', async (_, other) => {
    const grid = await tiny.write('llama', { sizes: wide, type: q4_1 });
    const base = await remake(grid, folder, 'base.gguf', { type });
    const candidate = await remake(grid, folder, 'candidate.gguf', { type: other });
    expect((await reviewModels(base, candidate, { trace: false }, 1)).verdict).toBe('requantised');
    const edited = await remake(grid, folder, 'edited.gguf', {
      type: other,
      change: (tensor, values, columns) =>
        tensor === 'blk.1.ffn_down.weight' && rankOne(values, columns, 0.3),
    });
    expect((await reviewModels(base, edited, { trace: false }, 1)).verdict).toBe('edited');
  });
});
