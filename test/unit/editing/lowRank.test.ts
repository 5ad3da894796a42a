import { expect, test } from 'vitest';
import { lowRank } from '../../../src/engine/editing/patches/lowRank.ts';
import type { RankOneUpdate } from '../../../src/engine/editing/patches/update.ts';

const [height, width] = [6, 8];

function sumOf(updates: readonly RankOneUpdate[]): Float64Array {
  const sum = new Float64Array(height * width);
  for (const { left, right } of updates) {
    for (let k = 0; k < sum.length; k++) {
      sum[k] = (sum[k] ?? 0) + (left[Math.floor(k / width)] ?? 0) * (right[k % width] ?? 0);
    }
  }
  return sum;
}
const energy = (matrix: Float64Array) => matrix.reduce((sum, x) => sum + x * x, 0);

/** Two singular directions of 10 and 2, and a little of everything else. */
function nearlyRankTwo(noise: number): Float64Array {
  const delta = Float64Array.from({ length: height * width }, (_, k) => noise * Math.sin(3 * k + 1));
  delta[0] = (delta[0] ?? 0) + 10;
  delta[width + 1] = (delta[width + 1] ?? 0) + 2;
  return delta;
}

test('a matrix of low rank is found again, its largest direction last', async () => {
  const delta = nearlyRankTwo(0);
  const { updates, lostEnergy } = await lowRank(delta, height, 1e-9);
  expect(updates).toHaveLength(2);
  expect(lostEnergy).toBeCloseTo(0, 12);
  for (const [k, x] of sumOf(updates).entries()) expect(x).toBeCloseTo(delta[k] ?? Number.NaN, 9);
  expect(Math.abs(updates.at(-1)?.left[0] ?? 0)).toBeCloseTo(1, 9);
});

test('what is left out is as much as is said, and no more than is allowed', async () => {
  const delta = nearlyRankTwo(0.05);
  const { updates, lostEnergy } = await lowRank(delta, height, 0.01);
  expect(updates).toHaveLength(2);
  const rest = sumOf(updates).map((x, k) => (delta[k] ?? 0) - x);
  expect(energy(rest) / energy(delta)).toBeCloseTo(lostEnergy, 9);
  expect(lostEnergy).toBeGreaterThan(0);
  expect(lostEnergy).toBeLessThan(0.01);
});

test('a matrix whose directions all matter is kept whole', async () => {
  const delta = Float64Array.from({ length: height * width }, (_, k) => Math.sin(k * k + 1));
  const { updates, lostEnergy } = await lowRank(delta, height, 1e-6);
  expect(updates).toHaveLength(height);
  expect(lostEnergy).toBe(0);
  expect(sumOf(updates)).toEqual(delta);
});

test('a matrix of zeros loses nothing', async () => {
  const { updates, lostEnergy } = await lowRank(new Float64Array(height * width), height, 1e-3);
  expect(lostEnergy).toBe(0);
  expect(energy(sumOf(updates))).toBe(0);
});
