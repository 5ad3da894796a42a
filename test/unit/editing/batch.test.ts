import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { alphaEdit } from '../../../src/engine/editing/methods/alphaEdit.ts';
import type { BatchInput } from '../../../src/engine/editing/methods/batchMethod.ts';
import { emmet } from '../../../src/engine/editing/methods/emmet.ts';
import { memit } from '../../../src/engine/editing/methods/memit.ts';
import { GrowingGram } from '../../../src/engine/numeric/growingGram.ts';
import { dot } from '../../../src/engine/numeric/vector.ts';
import { denseSolver } from '../numeric/denseSolver.ts';

/** Small dense matrices, to hold the methods against their published formulas, inverses and all. */
type Matrix = readonly (readonly number[])[];

const multiply = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * (b[k]?.[j] ?? 0), 0)));
const transpose = (a: Matrix): number[][] => (a[0] ?? []).map((_, j) => a.map((row) => row[j] ?? 0));
const add = (a: Matrix, b: Matrix): number[][] => a.map((row, i) => row.map((x, j) => x + (b[i]?.[j] ?? 0)));
const scale = (a: Matrix, by: number): number[][] => a.map((row) => row.map((x) => x * by));
const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

/** Gauss-Jordan with the largest pivot. */
function inverse(a: Matrix): number[][] {
  const n = a.length;
  const rows = a.map((row, i) => [...row, ...(identity(n)[i] ?? [])]);
  for (let k = 0; k < n; k++) {
    const at = (i: number) => Math.abs(rows[i]?.[k] ?? 0);
    const pivot = Array.from({ length: n - k }, (_, i) => k + i).reduce((best, i) =>
      at(i) > at(best) ? i : best,
    );
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[k] ?? [];
    const unit = chosen.map((x) => x / (chosen[k] ?? 1));
    rows[k] = unit;
    for (let i = 0; i < n; i++) {
      const factor = rows[i]?.[k] ?? 0;
      if (i !== k) rows[i] = (rows[i] ?? []).map((x, j) => x - factor * (unit[j] ?? 0));
    }
  }
  return rows.map((row) => row.slice(n));
}

const width = 5;
const vector = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: width, maxLength: width })
  .map((values) => Float64Array.from(values));
/** Keys that are well apart: the unit vectors, each a little bent. */
const keysFrom = (first: number, count: number) =>
  fc
    .array(vector, { minLength: count, maxLength: count })
    .map((noise) => noise.map((key, i) => key.map((x, j) => 0.2 * x + (j === first + i ? 1 : 0))));
/** I + V Vᵀ */
const covariance = fc.array(vector, { minLength: width, maxLength: width }).map((rows) =>
  add(
    identity(width),
    multiply(
      rows.map((row) => [...row]),
      transpose(rows.map((row) => [...row])),
    ),
  ),
);

/** As columns. */
const columns = (keys: readonly Float64Array[]): Matrix => transpose(keys.map((key) => [...key]));

function input(c: Matrix, keys: readonly Float64Array[], more: Partial<BatchInput> = {}): BatchInput {
  const hyperparameters = { ...defaults, keyRidge: 0, preserve: 2 / width, l2: 0.1, ...more.hyperparameters };
  return {
    keys,
    covariance: denseSolver(width, Float64Array.from(c.flat())),
    memory: new GrowingGram(0.1),
    nullSpace: undefined,
    ...more,
    hyperparameters,
  };
}

function expectRows(found: readonly Float64Array[], expected: Matrix) {
  expect(found).toHaveLength(expected.length);
  for (const [i, row] of expected.entries()) {
    for (const [j, x] of row.entries()) expect(found[i]?.[j]).toBeCloseTo(x, 8);
  }
}

describe('MEMIT', () => {
  it('on a worked example', async () => {
    // C = I, λ = 2, one key (2, 0, 0, 0, 0): Kᵀ(2 I + K Kᵀ)⁻¹ = (2 / 6, 0, ...)
    const rows = await memit.rows(input(identity(width), [Float64Array.of(2, 0, 0, 0, 0)]));
    expectRows(rows, [[1 / 3, 0, 0, 0, 0]]);
  });

  it('is Kᵀ(λC + KKᵀ)⁻¹', async () => {
    await fc.assert(
      fc.asyncProperty(covariance, keysFrom(0, 3), async (c, keys) => {
        const k = columns(keys);
        const dense = multiply(transpose(k), inverse(add(scale(c, 2), multiply(k, transpose(k)))));
        expectRows(await memit.rows(input(c, keys)), dense);
      }),
    );
  });
});

describe('EMMET', () => {
  it('gives every key exactly what its edit asks for, and no other edit', async () => {
    await fc.assert(
      fc.asyncProperty(covariance, keysFrom(0, 3), async (c, keys) => {
        const rows = await emmet.rows(input(c, keys));
        for (const [i, row] of rows.entries()) {
          for (const [j, key] of keys.entries()) expect(dot(row, key)).toBeCloseTo(i === j ? 1 : 0, 8);
        }
      }),
    );
  });

  it('is where MEMIT goes as λ goes to 0', async () => {
    await fc.assert(
      fc.asyncProperty(covariance, keysFrom(0, 3), async (c, keys) => {
        const rows = await emmet.rows(input(c, keys));
        const hyperparameters = { ...defaults, preserve: 1e-12 };
        const limit = await memit.rows(input(c, keys, { hyperparameters }));
        expectRows(
          rows,
          limit.map((row) => [...row]),
        );
      }),
    );
  });

  it('says so when edits ask different things of one key', async () => {
    const key = Float64Array.of(1, 2, 3, 4, 5);
    await expect(emmet.rows(input(identity(width), [key, key]))).rejects.toThrow(/same key/);
  });
});

describe('AlphaEdit', () => {
  /** The last two of five directions are free. */
  const free = {
    dimension: 2,
    project: async (keys: readonly Float64Array[]) => keys.map((key) => key.map((x, i) => (i < 3 ? 0 : x))),
  };
  /** What is kept of an earlier batch. */
  async function rememberedAfter(earlier: readonly Float64Array[]): Promise<GrowingGram> {
    const memory = new GrowingGram(0.1);
    await alphaEdit.rows(input(identity(width), earlier, { memory, nullSpace: free }));
    return memory;
  }
  const p: Matrix = identity(width).map((row, i) => row.map((x) => (i < 3 ? 0 : x)));

  it('is K₁ᵀP(K_pK_pᵀP + K₁K₁ᵀP + L2·I)⁻¹', async () => {
    await fc.assert(
      fc.asyncProperty(keysFrom(0, 2), keysFrom(2, 3), async (earlier, keys) => {
        const [kp, k1] = [columns(earlier), columns(keys)];
        const sum = add(multiply(kp, multiply(transpose(kp), p)), multiply(k1, multiply(transpose(k1), p)));
        const l2 = 0.1;
        const dense = multiply(multiply(transpose(k1), p), inverse(add(sum, scale(identity(width), l2))));
        const memory = await rememberedAfter(earlier);
        expectRows(await alphaEdit.rows(input(identity(width), keys, { memory, nullSpace: free })), dense);
      }),
    );
  });

  it('leaves alone whatever lies outside of the null space', async () => {
    await fc.assert(
      fc.asyncProperty(keysFrom(2, 3), vector, async (keys, any) => {
        const outside = any.map((x, i) => (i < 3 ? x : 0));
        const rows = await alphaEdit.rows(input(identity(width), keys, { nullSpace: free }));
        for (const row of rows) expect(dot(row, outside)).toBe(0);
      }),
    );
  });

  it('hardly touches the keys of earlier batches', async () => {
    const earlier = [Float64Array.of(0, 0, 0, 10, 0)];
    const keys = [Float64Array.of(0, 0, 0, 1, 1)];
    const [row = new Float64Array()] = await alphaEdit.rows(
      input(identity(width), keys, { memory: await rememberedAfter(earlier), nullSpace: free }),
    );
    expect(Math.abs(dot(row, earlier[0] ?? row))).toBeLessThan(0.02 * dot(row, keys[0] ?? row));
  });

  it('refuses where there is no null space', async () => {
    const nullSpace = { ...free, dimension: 0 };
    const keys = [Float64Array.of(1, 0, 0, 0, 0)];
    await expect(alphaEdit.rows(input(identity(width), keys, { nullSpace }))).rejects.toThrow(
      /no null space/,
    );
  });
});
