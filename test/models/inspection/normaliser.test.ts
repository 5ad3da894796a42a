import { describe, expect, it } from 'vitest';
import { Normaliser } from '../../../src/engine/llama/normaliser.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';

const plain = (logits: Float32Array) => {
  const highest = logits.reduce((a, b) => Math.max(a, b));
  return highest + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - highest), 0));
};

describe('the normaliser of logits', () => {
  it.each([
    [2, 1],
    [49_152, 3],
    [262_144, 12],
  ])('of %i tokens is that of plain float64', async (size, scale) => {
    using normaliser = new Normaliser(await loadRuntime(), size);
    const random = new Random(size);
    for (const shift of [0, 500, -500]) {
      const logits = random.normals(size, scale).map((x) => x + shift);
      expect(normaliser.logSumExp(logits)).toBeCloseTo(plain(logits), 5);
      // the same whenever it is asked, so that equal states differ by nothing
      expect(normaliser.logSumExp(logits)).toBe(normaliser.logSumExp(logits.slice()));
    }
  });

  it('passes over tokens that are ruled out, and says where something is no number', async () => {
    using normaliser = new Normaliser(await loadRuntime(), 3);
    expect(normaliser.logSumExp(Float32Array.of(1, Number.NEGATIVE_INFINITY, 1))).toBeCloseTo(
      1 + Math.log(2),
      6,
    );
    expect(normaliser.logSumExp(Float32Array.of(1, Number.NaN, 1))).toBeNaN();
    expect(normaliser.logSumExp(Float32Array.of(1, Number.POSITIVE_INFINITY, 1))).toBeNaN();
  });
});
