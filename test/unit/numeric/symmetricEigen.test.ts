import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../../src/engine/numeric/symmetricEigen.ts';

const at = (matrix: Float64Array, n: number, i: number, j: number) => matrix[i * n + j] ?? Number.NaN;

describe('eigenvalues and eigenvectors', () => {
  it('of a worked example', async () => {
    // (2 1; 1 2) has 3 at (1, 1) and 1 at (1, -1)
    const { values, vectors } = await symmetricEigen(2, Float64Array.of(2, 1, 1, 2));
    const large = values.indexOf(Math.max(...values));
    expect([...values].sort()).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    expect(Math.abs(at(vectors, 2, large, 0))).toBeCloseTo(Math.SQRT1_2, 12);
    expect(at(vectors, 2, large, 0)).toBeCloseTo(at(vectors, 2, large, 1), 12);
  });

  it('put the matrix together again, at right angles, also where values repeat or are zero', async () => {
    const square = fc.integer({ min: 1, max: 9 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        entries: fc.array(fc.constantFrom(0, 0, 1, -1, 0.5, 3), { minLength: n * n, maxLength: n * n }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(square, async ({ n, entries }) => {
        const matrix = Float64Array.from({ length: n * n }, (_, k) => {
          const [i, j] = [Math.floor(k / n), k % n];
          return (entries[i * n + j] ?? 0) + (entries[j * n + i] ?? 0);
        });
        const { values, vectors } = await symmetricEigen(n, matrix.slice());
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [sum, product] = [0, 0];
            for (let k = 0; k < n; k++) {
              sum += (values[k] ?? 0) * at(vectors, n, k, i) * at(vectors, n, k, j);
              product += at(vectors, n, i, k) * at(vectors, n, j, k);
            }
            expect(sum).toBeCloseTo(at(matrix, n, i, j), 9);
            expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
          }
        }
      }),
    );
  });

  it('stop when they are cancelled', async () => {
    const n = 300;
    const matrix = Float64Array.from({ length: n * n }, (_, k) => Math.sin(Math.floor(k / n) * (k % n)));
    const abort = new AbortController();
    const finding = symmetricEigen(n, matrix, { signal: abort.signal });
    abort.abort();
    await expect(finding).rejects.toThrow(/cancel/);
  });
});
