import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { principalOf } from '../../../src/engine/editing/keys/principalDirections.ts';
import { alphaEdit } from '../../../src/engine/editing/methods/alphaEdit.ts';
import type { BatchInput } from '../../../src/engine/editing/methods/batchMethod.ts';
import { emmet } from '../../../src/engine/editing/methods/emmet.ts';
import { memit } from '../../../src/engine/editing/methods/memit.ts';
import { RunningMoments } from '../../../src/engine/editing/methods/runningMoments.ts';
import { sphere } from '../../../src/engine/editing/methods/sphere.ts';
import { suit } from '../../../src/engine/editing/methods/suit.ts';
import { ultraValues } from '../../../src/engine/editing/methods/ultraEdit.ts';
import { type Rows, rowsOf } from '../../../src/engine/linalg/products.ts';
import { gramOf, solveRows } from '../../../src/engine/numeric/gram.ts';
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
    subspaces: {},
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
    await alphaEdit.rows(input(identity(width), earlier, { memory, subspaces: { nullSpace: free } }));
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
        expectRows(
          await alphaEdit.rows(input(identity(width), keys, { memory, subspaces: { nullSpace: free } })),
          dense,
        );
      }),
    );
  });

  it('leaves alone whatever lies outside of the null space', async () => {
    await fc.assert(
      fc.asyncProperty(keysFrom(2, 3), vector, async (keys, any) => {
        const outside = any.map((x, i) => (i < 3 ? x : 0));
        const rows = await alphaEdit.rows(input(identity(width), keys, { subspaces: { nullSpace: free } }));
        for (const row of rows) expect(dot(row, outside)).toBe(0);
      }),
    );
  });

  it('hardly touches the keys of earlier batches', async () => {
    const earlier = [Float64Array.of(0, 0, 0, 10, 0)];
    const keys = [Float64Array.of(0, 0, 0, 1, 1)];
    const [row = new Float64Array()] = await alphaEdit.rows(
      input(identity(width), keys, {
        memory: await rememberedAfter(earlier),
        subspaces: { nullSpace: free },
      }),
    );
    expect(Math.abs(dot(row, earlier[0] ?? row))).toBeLessThan(0.02 * dot(row, keys[0] ?? row));
  });

  it('refuses where there is no null space', async () => {
    const subspaces = { nullSpace: { ...free, dimension: 0 } };
    const keys = [Float64Array.of(1, 0, 0, 0, 0)];
    await expect(alphaEdit.rows(input(identity(width), keys, { subspaces }))).rejects.toThrow(
      /no null space/,
    );
  });
});

describe('SPHERE and SUIT', () => {
  const free = {
    dimension: 2,
    project: async (keys: readonly Float64Array[]) => keys.map((key) => key.map((x, i) => (i < 3 ? 0 : x))),
  };
  const p: Matrix = identity(width).map((row, i) => row.map((x) => (i < 3 ? 0 : x)));
  /** Onto the third and fourth of five directions. */
  const middle = {
    dimension: 2,
    project: async (keys: readonly Float64Array[]) =>
      keys.map((key) => key.map((x, i) => (i === 2 || i === 3 ? x : 0))),
  };
  const onMiddle: Matrix = identity(width).map((row, i) => row.map((x) => (i === 2 || i === 3 ? x : 0)));
  const alpha = (keys: readonly Float64Array[]) => {
    const k = columns(keys);
    const sum = multiply(k, multiply(transpose(k), p));
    return multiply(multiply(transpose(k), p), inverse(add(sum, scale(identity(width), 0.1))));
  };

  it('SPHERE is AlphaEdit times I − αUUᵀ', async () => {
    await fc.assert(
      fc.asyncProperty(keysFrom(2, 3), async (keys) => {
        const hyperparameters = { ...defaults, suppress: 0.7 };
        const subspaces = { nullSpace: free, principal: middle };
        const found = await sphere.rows(input(identity(width), keys, { subspaces, hyperparameters }));
        const left = add(identity(width), scale(onMiddle, -0.7));
        expectRows(found, multiply(alpha(keys), left));
      }),
    );
  });

  it('SUIT is AlphaEdit for keys without what they share', async () => {
    await fc.assert(
      fc.asyncProperty(keysFrom(2, 3), async (keys) => {
        const subspaces = { nullSpace: free, ownSpace: middle };
        const found = await suit.rows(input(identity(width), keys, { subspaces }));
        expectRows(found, alpha(await middle.project(keys)));
      }),
    );
  });

  it('SPHERE’s directions are the largest eigenvectors of the rows made equally long', async () => {
    // four neurons of any length, three along one direction: they hold three quarters of the energy
    const data = Float32Array.of(2, 0, 0, 7, 0, 0, -1, 0, 0, 0, 0, 5);
    const products = async (a: Rows, b: Rows) => {
      const result = rowsOf(b.count, a.count);
      for (let i = 0; i < b.count; i++) {
        for (let j = 0; j < a.count; j++) {
          for (let k = 0; k < a.width; k++) {
            const product = (b.data[i * b.width + k] ?? 0) * (a.data[j * a.width + k] ?? 0);
            result.data[i * a.count + j] = (result.data[i * a.count + j] ?? 0) + product;
          }
        }
      }
      return result;
    };
    const found = await principalOf(rowsOf(4, 3, data), 0.5, products);
    expect(found.dimension).toBe(1);
    const [along = new Float64Array()] = await found.project([Float64Array.of(3, 4, 5)]);
    expect([...along].map((x) => Math.round(x * 1e5) / 1e5)).toEqual([3, 0, 0]);
    const all = await principalOf(rowsOf(4, 3, Float32Array.from(data)), 0.8, products);
    expect(all.dimension).toBe(2);
  });
});

describe('UltraEdit', () => {
  const coarse = fc
    .array(fc.integer({ min: -8, max: 8 }), { minLength: width, maxLength: width })
    .map((values) => Float64Array.from(values));

  it('is the release’s solve(KᵀK + I, Kᵀ V) of keys and gradients normed over all edits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(coarse, { minLength: 4, maxLength: 4 }),
        fc.array(coarse, { minLength: 4, maxLength: 4 }),
        async (keys, gradients) => {
          const moments = new RunningMoments();
          for (const [i, key] of keys.entries()) moments.add(key, gradients[i] ?? key);
          const values = ultraValues(keys, gradients, moments, 0.01);
          const rows = await solveRows(await gramOf(keys, keys), 1, keys);
          const normed = (all: readonly Float64Array[]) => {
            const deviations = Array.from({ length: width }, (_, j) => {
              const column = all.map((one) => one[j] ?? Number.NaN);
              const middle = column.reduce((sum, x) => sum + x, 0) / column.length;
              const square = column.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (column.length - 1);
              return { middle, deviation: Math.sqrt(square) };
            });
            return all.map((one) =>
              [...one].map((x, j) => {
                const { middle = 0, deviation = 0 } = deviations[j] ?? {};
                return deviation > 1e-9 ? (x - middle) / deviation : 0;
              }),
            );
          };
          const k: Matrix = keys.map((key) => [...key]);
          const v = normed(gradients).map((g, i) => {
            const size = (normed(keys)[i] ?? []).reduce((sum, x) => sum + x * x, 0);
            return g.map((x) => -0.01 * size * x);
          });
          const system = add(multiply(transpose(k), k), identity(width));
          const dense = transpose(multiply(inverse(system), multiply(transpose(k), v)));
          const found = multiply(
            transpose(values.map((value) => [...value])),
            rows.map((row) => [...row]),
          );
          for (const [i, row] of dense.entries())
            for (const [j, x] of row.entries()) expect(found[i]?.[j]).toBeCloseTo(x, 6);
        },
      ),
    );
  });

  it('norms over what came in earlier batches as well', () => {
    const moments = new RunningMoments();
    for (const x of [1, 2, 3]) moments.add(Float64Array.of(x), Float64Array.of(-x));
    expect(moments.count).toBe(3);
    const { key, gradient } = moments.normed(Float64Array.of(4), Float64Array.of(-2));
    expect([...key, ...gradient]).toEqual([2, 0]);
  });
});
