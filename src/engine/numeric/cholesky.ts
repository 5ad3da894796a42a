import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { dotAt as dot } from './dotAt.ts';

/** Thrown where a pivot is not positive. */
export class NotPositiveDefinite extends Error {}

/** A small symmetric positive definite matrix by its Cholesky factor, in float64 on this thread. */
export class Cholesky {
  readonly n: number;
  /** Lower triangle by rows; what lies above the diagonal is not defined. Shape [n x n]. */
  readonly factor: Float64Array;

  private constructor(n: number, factor: Float64Array) {
    this.n = n;
    this.factor = factor;
  }

  /**
   * Factors in place; lets go of the event loop between rows.
   *
   * @param matrix Shape [n x n], by rows; its lower triangle is overwritten
   * @throws NotPositiveDefinite
   */
  static async of(n: number, matrix: Float64Array, { signal }: Work = {}): Promise<Cholesky> {
    for (let i = 0; i < n; i++) {
      factorRow(matrix, n, i);
      await turn(signal);
    }
    return new Cholesky(n, matrix);
  }

  /** The same at once. */
  static small(n: number, matrix: Float64Array): Cholesky {
    for (let i = 0; i < n; i++) factorRow(matrix, n, i);
    return new Cholesky(n, matrix);
  }

  /** x with A x = b. Shape [n]. */
  solve(b: Float64Array): Float64Array {
    const { n, factor } = this;
    const x = Float64Array.from(b);
    for (let i = 0; i < n; i++) {
      const row = i * n;
      x[i] = ((x[i] as number) - dot(factor, row, x, 0, i)) / (factor[row + i] as number);
    }
    for (let i = n - 1; i >= 0; i--) {
      const value = (x[i] as number) / (factor[i * n + i] as number);
      x[i] = value;
      for (let j = 0; j < i; j++) x[j] = (x[j] as number) - value * (factor[i * n + j] as number);
    }
    return x;
  }

  /** L⁻¹, lower triangle by rows. Shape [n x n]. */
  inverseFactor(): Float64Array {
    const { n, factor } = this;
    const inverse = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const own = inverse.subarray(i * n, i * n + i + 1);
      for (let k = 0; k < i; k++) {
        const value = factor[i * n + k] as number;
        for (let j = 0; j <= k; j++) own[j] = (own[j] as number) - value * (inverse[k * n + j] as number);
      }
      own[i] = 1;
      const pivot = factor[i * n + i] as number;
      for (let j = 0; j <= i; j++) own[j] = (own[j] as number) / pivot;
    }
    return inverse;
  }
}

function factorRow(a: Float64Array, n: number, i: number): void {
  const row = i * n;
  for (let j = 0; j < i; j++) {
    a[row + j] = ((a[row + j] as number) - dot(a, row, a, j * n, j)) / (a[j * n + j] as number);
  }
  const pivot = (a[row + i] as number) - dot(a, row, a, row, i);
  if (!(pivot > 0)) throw new NotPositiveDefinite(`pivot ${i} is ${pivot}`);
  a[row + i] = Math.sqrt(pivot);
}
