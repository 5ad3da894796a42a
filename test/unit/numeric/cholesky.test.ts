import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/engine/errors.ts';
import { Cholesky, NotPositiveDefinite } from '../../../src/engine/numeric/cholesky.ts';

/** A Aᵀ + n I for a random A: positive definite. */
function positiveDefinite(n: number, values: readonly number[]): Float64Array {
  const at = (i: number, j: number) => values[(i * n + j) % values.length] ?? 0;
  return Float64Array.from({ length: n * n }, (_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    let sum = i === j ? n : 0;
    for (let k = 0; k < n; k++) sum += at(i, k) * at(j, k);
    return sum;
  });
}

const entries = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('Cholesky', () => {
  it('solves a worked example', async () => {
    // [[4, 2], [2, 3]] x = [8, 7] has x = [5/4, 3/2]
    const solver = await Cholesky.of(2, Float64Array.of(4, 2, 2, 3));
    const [a, b] = solver.solve(Float64Array.of(8, 7));
    expect(a).toBeCloseTo(1.25, 12);
    expect(b).toBeCloseTo(1.5, 12);
  });

  it('gives back the right-hand side', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), entries, async (n, values) => {
        const matrix = positiveDefinite(n, values);
        const b = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
        const x = (await Cholesky.of(n, matrix.slice())).solve(b);
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += (matrix[i * n + j] ?? 0) * (x[j] ?? 0);
          expect(sum).toBeCloseTo(b[i] ?? 0, 8);
        }
      }),
    );
  });

  it('inverts its factor', () => {
    // L = (2 0; 1 3)
    const inverse = Cholesky.small(2, Float64Array.of(4, 2, 2, 10)).inverseFactor();
    expect([...inverse]).toEqual([1 / 2, 0, expect.closeTo(-1 / 6, 14), expect.closeTo(1 / 3, 14)]);
  });

  it('refuses a singular matrix', async () => {
    await expect(Cholesky.of(2, Float64Array.of(1, 1, 1, 1))).rejects.toBeInstanceOf(NotPositiveDefinite);
  });

  it('stops when it is cancelled', async () => {
    const n = 1200;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) matrix[i * n + i] = 1;
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 5);
    await expect(Cholesky.of(n, matrix, { signal: abort.signal })).rejects.toBeInstanceOf(CancelledError);
  });
});
