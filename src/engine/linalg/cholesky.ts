import { EngineError } from '../errors.ts';
import { turn } from '../llama/cancel.ts';
import { phases, type Work } from '../progress.ts';
import { dotAt as dot } from './dotAt.ts';

/** Of power iteration. */
const iterations = 40;

/**
 * A symmetric positive definite matrix by its Cholesky factor, in float64: made once per covariance, it answers each
 * edit's solve with two triangular substitutions (2 n² operations).
 */
export class Cholesky {
  readonly n: number;
  /** Lower triangle by rows; what lies above the diagonal is not defined. Shape [n x n]. */
  readonly factor: Float64Array;

  constructor(n: number, factor: Float64Array) {
    this.n = n;
    this.factor = factor;
  }

  /**
   * Factors in place; lets go of the event loop between blocks of rows.
   *
   * @param matrix Shape [n x n], by rows; its lower triangle is overwritten
   * @throws EngineError when the matrix is not positive definite
   */
  static async of(n: number, matrix: Float64Array, work: Work = {}): Promise<Cholesky> {
    for (let i = 0; i < n; i++) {
      factorRow(matrix, n, i);
      work.report?.('factoring the covariance', ((i + 1) / n) ** 3);
      await turn(work.signal);
    }
    return new Cholesky(n, matrix);
  }

  /** For matrices of a few rows, which need no progress. */
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
      x[i] = ((x[i] ?? 0) - dot(factor, row, x, 0, i)) / (factor[row + i] ?? 1);
    }
    for (let i = n - 1; i >= 0; i--) {
      const value = (x[i] ?? 0) / (factor[i * n + i] ?? 1);
      x[i] = value;
      for (let j = 0; j < i; j++) x[j] = (x[j] ?? 0) - value * (factor[i * n + j] ?? 0);
    }
    return x;
  }

  /** A itself, both halves. Shape [n x n]. */
  async matrix(signal?: AbortSignal): Promise<Float64Array> {
    const { n, factor } = this;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        a[i * n + j] = dot(factor, i * n, factor, j * n, j + 1);
        a[j * n + i] = a[i * n + j] as number;
      }
      await turn(signal);
    }
    return a;
  }

  /** The sum of A's diagonal. */
  trace(): number {
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += dot(this.factor, i * this.n, this.factor, i * this.n, i + 1);
    return sum;
  }

  /**
   * The ratio of the largest to the smallest eigenvalue, by power iteration on A and on its inverse: an estimate from
   * below, good to a few per cent.
   */
  async condition(work: Work = {}): Promise<number> {
    const [forwards, backwards] = phases(work, [1, 1]);
    const largest = await this.#iterate((x) => this.#multiply(x), forwards);
    const inverse = await this.#iterate((x) => this.solve(x), backwards);
    return largest * inverse;
  }

  async #iterate(apply: (x: Float64Array) => Float64Array, { signal, report }: Work): Promise<number> {
    let x: Float64Array = Float64Array.from({ length: this.n }, (_, i) => Math.sin(i + 1));
    let value = 0;
    for (let k = 0; k < iterations; k++) {
      const norm = Math.sqrt(dot(x, 0, x, 0, this.n));
      x = apply(x.map((v) => v / norm));
      value = Math.sqrt(dot(x, 0, x, 0, this.n));
      report?.('conditioning the covariance', (k + 1) / iterations);
      await turn(signal);
    }
    return value;
  }

  /** A x = L (Lᵀ x). */
  #multiply(x: Float64Array): Float64Array {
    const { n, factor } = this;
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const xi = x[i] ?? 0;
      for (let j = 0; j <= i; j++) y[j] = (y[j] ?? 0) + (factor[i * n + j] ?? 0) * xi;
    }
    return Float64Array.from({ length: n }, (_, i) => dot(factor, i * n, y, 0, i + 1));
  }
}

function factorRow(a: Float64Array, n: number, i: number): void {
  const row = i * n;
  for (let j = 0; j < i; j++) {
    a[row + j] = ((a[row + j] ?? 0) - dot(a, row, a, j * n, j)) / (a[j * n + j] ?? 1);
  }
  const pivot = (a[row + i] ?? 0) - dot(a, row, a, row, i);
  if (!(pivot > 0)) {
    throw new EngineError(
      'The covariance of the keys is singular: too few samples, or keys that do not vary. Give more text.',
    );
  }
  a[row + i] = Math.sqrt(pivot);
}
