import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { rome } from '../../../src/engine/editing/methods/rome.ts';
import { rRome } from '../../../src/engine/editing/methods/rRome.ts';
import { severalKeys } from '../../../src/engine/editing/methods/severalKeys.ts';
import type { RankOneInput, RankOneUpdate } from '../../../src/engine/editing/patches/update.ts';
import { solveOne } from '../../../src/engine/numeric/solver.ts';
import { dot, mean } from '../../../src/engine/numeric/vector.ts';
import { denseSolver } from '../numeric/denseSolver.ts';

/** (left rightᵀ) key */
function apply({ left, right }: RankOneUpdate, key: Float64Array): Float64Array {
  const scale = dot(right, key);
  return left.map((x) => x * scale);
}

const identity = denseSolver(2, Float64Array.of(1, 0, 0, 1));
const width = 5;
const height = 3;
const vector = (length: number) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));

/** Keys that are well apart: the unit vectors, each a little bent. */
const input: fc.Arbitrary<RankOneInput & { readonly matrix: Float64Array }> = fc
  .record({
    keys: fc
      .array(vector(width), { minLength: 3, maxLength: 3 })
      .map((noise) => noise.map((key, i) => key.map((x, j) => 0.2 * x + (i === j ? 1 : 0)))),
    values: fc.array(vector(height), { minLength: 3, maxLength: 3 }),
    delta: vector(height),
    matrix: vector(width * width).map((values) => {
      const matrix = new Float64Array(width * width);
      for (let i = 0; i < width; i++) {
        for (let j = 0; j < width; j++) {
          let sum = i === j ? 1 : 0;
          for (let k = 0; k < width; k++) sum += (values[i * width + k] ?? 0) * (values[j * width + k] ?? 0);
          matrix[i * width + j] = sum;
        }
      }
      return matrix;
    }),
    keyRidge: fc.constant(0),
  })
  .map((edit) => ({ ...edit, covariance: denseSolver(width, edit.matrix.slice()) }));

function expectClose(actual: Float64Array, expected: Float64Array, digits = 6) {
  for (const [i, x] of expected.entries()) expect(actual[i]).toBeCloseTo(x, digits);
}

describe('rank-one updates', () => {
  it('ROME on a worked example', async () => {
    // C = I, keys (1, 0) and (0, 1): k̄ = (1/2, 1/2), u = k̄, k₀ᵀu = 1/2, so ΔW = 2 delta k̄ᵀ
    const update = await rome({
      keys: [Float64Array.of(1, 0), Float64Array.of(0, 1)],
      values: [Float64Array.of(0), Float64Array.of(0)],
      delta: Float64Array.of(3),
      covariance: identity,
      keyRidge: 0,
    });
    expectClose(apply(update, Float64Array.of(1, 1)), Float64Array.of(6));
  });

  it('R-ROME on a worked example', async () => {
    // k̄ = (1/2, 1/2), k̄ᵀu = 1/2; v₀ + delta − W k̄ = 4 + 3 − 3 = 4; the averaged key then maps to 4 more
    const update = await rRome({
      keys: [Float64Array.of(1, 0), Float64Array.of(0, 1)],
      values: [Float64Array.of(4), Float64Array.of(2)],
      delta: Float64Array.of(3),
      covariance: identity,
      keyRidge: 0,
    });
    expectClose(apply(update, Float64Array.of(0.5, 0.5)), Float64Array.of(4));
  });

  it('ROME moves the plain key by delta', async () => {
    await fc.assert(
      fc.asyncProperty(input, async (edit) => {
        const u = await solveOne(edit.covariance, mean(edit.keys));
        fc.pre(Math.abs(dot(u, edit.keys[0] ?? u)) > 0.05);
        expectClose(apply(await rome(edit), edit.keys[0] ?? u), edit.delta);
      }),
    );
  });

  it('R-ROME maps the averaged key to v₀ + delta', async () => {
    await fc.assert(
      fc.asyncProperty(input, async (edit) => {
        const moved = apply(await rRome(edit), mean(edit.keys));
        const current = mean(edit.values);
        const reached = moved.map((x, i) => x + (current[i] ?? 0));
        expectClose(
          reached,
          edit.delta.map((x, i) => x + (edit.values[0]?.[i] ?? 0)),
        );
      }),
    );
  });

  it('the several-key variant moves every key by delta, exactly without a ridge', async () => {
    await fc.assert(
      fc.asyncProperty(input, async (edit) => {
        const update = await severalKeys(edit);
        for (const key of edit.keys) expectClose(apply(update, key), edit.delta);
      }),
    );
  });

  it('the several-key variant on a worked example, with a ridge', async () => {
    // C = diag(1, 4), k₁ = (1, 0), k₂ = (1, 2): KᵀC⁻¹K = [1 1; 1 2] with trace 3; a ridge of 0.2 × 3 / 2 = 0.3 makes
    // [1.3 1; 1 2.3] w = 1 of it, w = (1.3, 0.3) / 1.99, u = C⁻¹K w = (1.6, 0.15) / 1.99
    const edit = {
      keys: [Float64Array.of(1, 0), Float64Array.of(1, 2)],
      values: [Float64Array.of(0), Float64Array.of(0)],
      delta: Float64Array.of(2),
      covariance: denseSolver(2, Float64Array.of(1, 0, 0, 4)),
    };
    const { left, right } = await severalKeys({ ...edit, keyRidge: 0.2 });
    expectClose(left, Float64Array.of(2));
    expectClose(right, Float64Array.of(1.6 / 1.99, 0.15 / 1.99), 12);
    expectClose((await severalKeys({ ...edit, keyRidge: 0 })).right, Float64Array.of(1, 0), 12);
  });

  it('keys that are the same can be had with a ridge alone', async () => {
    const key = Float64Array.of(1, 0);
    const edit = {
      keys: [key, key],
      values: [Float64Array.of(0), Float64Array.of(0)],
      delta: Float64Array.of(1),
      covariance: identity,
    };
    await expect(severalKeys({ ...edit, keyRidge: 0 })).rejects.toThrow(/same key/);
    const update = await severalKeys({ ...edit, keyRidge: defaults.keyRidge });
    expect(apply(update, key)[0]).toBeCloseTo(2 / 2.1, 12);
  });

  it('the several-key variant changes least in the metric of C', async () => {
    await fc.assert(
      fc.asyncProperty(input, vector(width), async (edit, direction) => {
        const { right } = await severalKeys(edit);
        // any other u that meets the same keys differs by something that is orthogonal to them all
        const away = orthogonal(direction, edit.keys);
        const cost = (u: Float64Array) => dot(u, multiply(edit.matrix, u));
        expect(cost(right.map((x, i) => x + (away[i] ?? 0)))).toBeGreaterThanOrEqual(cost(right) - 1e-9);
      }),
    );
  });
});

/** A square matrix, by rows, times a vector. */
function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return x.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), x));
}

/** What is left of `vector` without the span of `others` (Gram-Schmidt). */
function orthogonal(vector: Float64Array, others: readonly Float64Array[]): Float64Array {
  const basis: Float64Array[] = [];
  const without = (x: Float64Array) =>
    basis.reduce((rest, b) => {
      const along = dot(rest, b);
      return rest.map((value, i) => value - along * (b[i] ?? 0));
    }, x);
  for (const other of others) {
    const rest = without(other);
    const length = Math.sqrt(dot(rest, rest));
    if (length > 1e-9) basis.push(rest.map((value) => value / length));
  }
  return without(vector);
}
