import { turn } from '../work/turn.ts';

/** Rows between two looks at the event loop are so few that their numbers stay below this: some milliseconds. */
const piece = 1 << 22;

/** A symmetric matrix in float64 by the rows of its lower triangle, diagonal included: half the memory of a square. */
export class PackedSymmetric {
  readonly n: number;
  /** Row i has i + 1 numbers and begins at i (i + 1) / 2. */
  readonly data: Float64Array<ArrayBuffer>;

  constructor(n: number, data = new Float64Array(PackedSymmetric.size(n))) {
    if (data.length !== PackedSymmetric.size(n)) throw new Error(`a triangle of ${n} rows has other numbers`);
    this.n = n;
    this.data = data;
  }

  /** Numbers of a triangle of n rows. */
  static size(n: number): number {
    return (n * (n + 1)) / 2;
  }

  /** Row i up to the diagonal, as a view. */
  row(i: number): Float64Array {
    const start = PackedSymmetric.size(i);
    return this.data.subarray(start, start + i + 1);
  }

  /** The diagonal, copied. */
  diagonal(): Float64Array {
    return Float64Array.from({ length: this.n }, (_, i) => this.data[PackedSymmetric.size(i) + i] as number);
  }

  /** The sum of the diagonal. */
  trace(): number {
    return this.diagonal().reduce((sum, x) => sum + x, 0);
  }

  /** A x for each x. Each row is read once for all vectors. */
  async multiply(vectors: readonly Float64Array[], signal?: AbortSignal): Promise<Float64Array[]> {
    const products = vectors.map(() => new Float64Array(this.n));
    let done = 0;
    for (let i = 0; i < this.n; i++) {
      const start = PackedSymmetric.size(i);
      for (const [k, x] of vectors.entries()) addRow(this.data, start, i, x, products[k] as Float64Array);
      done += (i + 1) * vectors.length;
      if (done > piece) {
        done = 0;
        await turn(signal);
      }
    }
    return products;
  }

  /** Both halves, by rows. Shape [n x n]. */
  dense(): Float64Array {
    const { n } = this;
    const square = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      const row = this.row(i);
      for (let j = 0; j <= i; j++) {
        square[i * n + j] = row[j] as number;
        square[j * n + i] = row[j] as number;
      }
    }
    return square;
  }

  /** Rows `first` to `first + count` with all their columns, rounded to F32. Shape [count x n]. */
  wholeRows(first: number, count: number): Float32Array {
    const { n, data } = this;
    const rows = new Float32Array(count * n);
    for (let i = 0; i < count; i++) {
      const start = PackedSymmetric.size(first + i);
      for (let j = 0; j <= first + i; j++) rows[i * n + j] = data[start + j] as number;
    }
    // what lies right of the diagonal stands below it, row by row
    for (let j = first + 1; j < n; j++) {
      const start = PackedSymmetric.size(j) + first;
      const reach = Math.min(count, j - first);
      for (let i = 0; i < reach; i++) rows[i * n + j] = data[start + i] as number;
    }
    return rows;
  }
}

/** Adds what row i and, by symmetry, column i of the matrix do to x. Four sums keep the processor's pipelines full. */
function addRow(a: Float64Array, start: number, i: number, x: Float64Array, y: Float64Array): void {
  const xi = x[i] as number;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let j = 0;
  for (; j + 3 < i; j += 4) {
    const [a0, a1] = [a[start + j] as number, a[start + j + 1] as number];
    const [a2, a3] = [a[start + j + 2] as number, a[start + j + 3] as number];
    s0 += a0 * (x[j] as number);
    s1 += a1 * (x[j + 1] as number);
    s2 += a2 * (x[j + 2] as number);
    s3 += a3 * (x[j + 3] as number);
    y[j] = (y[j] as number) + a0 * xi;
    y[j + 1] = (y[j + 1] as number) + a1 * xi;
    y[j + 2] = (y[j + 2] as number) + a2 * xi;
    y[j + 3] = (y[j + 3] as number) + a3 * xi;
  }
  for (; j < i; j++) {
    const value = a[start + j] as number;
    s0 += value * (x[j] as number);
    y[j] = (y[j] as number) + value * xi;
  }
  y[i] = (y[i] as number) + s0 + s1 + s2 + s3 + (a[start + i] as number) * xi;
}
