import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { nightly } from '../../nightly.ts';
import { almanac } from '../models.ts';
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

async function isOnlyRounded(type: number, other: number): Promise<void> {
  const grid = await tiny.write('llama', { sizes: wide, type: q4_1 });
  const base = await remake(grid, folder, 'base.gguf', { type });
  const candidate = await remake(grid, folder, 'candidate.gguf', { type: other });
  expect((await reviewModels(base, candidate, { trace: false }, 1)).verdict).toBe('requantised');
  const edited = await remake(grid, folder, 'edited.gguf', {
    type: other,
    change: (tensor, values, columns) => tensor === 'blk.1.ffn_down.weight' && rankOne(values, columns, 0.3),
  });
  expect((await reviewModels(base, edited, { trace: false }, 1)).verdict).toBe('edited');
}

for (const [place, [name, type]] of types.entries()) {
  describe(`a model of Q4_1 that is stored as ${name}`, () => {
    for (const [index, [other, otherType]] of types.entries()) {
      if (index === place) continue;
      // every change tries the next type alone
      const everyday = index === (place + 1) % types.length;
      it(`and as ${other} is only rounded`, everyday ? {} : nightly, () => isOnlyRounded(type, otherType));
    }
  });
}

describe('a model that is stored in another type', () => {
  const slightly = (_: string, values: Float32Array, columns: number) => {
    if (values.length === columns) return;
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * 1.001;
  };

  it('is, where that is so, what ggml makes of the base, and its answers are measured', async () => {
    const candidate = await remake(almanac, folder, 'q4_0.gguf', { type: 2 });
    const found = await reviewModels(almanac, candidate, {}, 1);
    const { tensors, retyped } = found.inventory;
    expect(found.verdict).toBe('requantised');
    expect(found.rebuilt).toEqual({ tensors: retyped, same: retyped, everyNth: 1 });
    expect(retyped).toBeLessThan(tensors);
    expect(found.behaviour?.drift.meanKl).toBeGreaterThan(1e-3);
    expect(found.behaviour?.drift.sameTop).toBeLessThan(1);
    expect(found.behaviour?.drift.sameTop).toBeGreaterThan(0.5);
    expect(found.evidence.slice(-2)).toEqual([
      `All ${retyped} tensors of another type are byte for byte what llama.cpp's quantizer makes of the base without an importance matrix.`,
      expect.stringMatching(
        /^At \d+ tokens of control text its answers lie [\d.]+ nats from the base's on average, and/,
      ),
    ]);
  });

  it('is, where it was rounded otherwise, said to be not', async () => {
    const candidate = await remake(almanac, folder, 'other.gguf', { type: 2, change: slightly });
    const { verdict, rebuilt, evidence, inventory } = await reviewModels(almanac, candidate, {}, 1);
    expect(verdict).toBe('requantised');
    expect(rebuilt).toEqual({ tensors: inventory.retyped, same: 0, everyNth: 1 });
    expect(evidence.at(-2)).toMatch(
      /^Of \d+ tensors of another type 0 are byte for byte .* by another program/,
    );
  });

  it('says why its answers are not known where it does not run, which nothing waits for', async () => {
    const metadata = { 'llama.rope.dimension_count': { type: 'uint32', value: 7 } } as const;
    const candidate = await remake(almanac, folder, 'broken.gguf', { type: 2, metadata });
    const { rebuilt, behaviour, evidence, findings } = await reviewModels(almanac, candidate, {}, 1);
    expect(rebuilt?.same).toBe(rebuilt?.tensors);
    expect(behaviour).toBeNull();
    expect(evidence.at(-1)).toMatch(
      /^How far its answers lie .* was not measured: .*broken\.gguf cannot be run/,
    );
    expect(findings.map(({ kind }) => kind)).not.toContain('unmeasured');
  });

  it('is not looked at so closely where models are not to be loaded', async () => {
    const candidate = await remake(almanac, folder, 'q8_0.gguf', { type: 8 });
    const { verdict, rebuilt, behaviour, findings } = await reviewModels(
      almanac,
      candidate,
      { trace: false },
      1,
    );
    expect([verdict, rebuilt, behaviour]).toEqual(['requantised', null, null]);
    expect(findings.map(({ kind }) => kind)).not.toContain('unmeasured');
  });
});
