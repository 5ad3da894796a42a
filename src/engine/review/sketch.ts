import { randomInt } from 'node:crypto';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Right singular directions of a matrix with its singular values along them, largest first. */
export interface Singular {
  readonly values: readonly number[];
  /** Shape [k][columns], each of length 1. */
  readonly right: readonly Float64Array[];
}

/** What a matrix D does to a few random directions Ω: Z = DᵀD Ω, gathered while D streams by. Memory: 2 k columns. */
export class Sketch {
  readonly columns: number;
  readonly width: number;
  /** Ω by columns. Shape [k x columns] */
  readonly directions: Float32Array;
  readonly #back: Float64Array;

  constructor(columns: number, width: number, directions = gaussian(columns * width)) {
    this.columns = columns;
    this.width = width;
    this.directions = directions;
    this.#back = new Float64Array(columns * width);
  }

  /** Adds a block's Dᵀ (D Ω). Shape [k x columns] */
  add(back: Float32Array): void {
    for (let i = 0; i < back.length; i++) this.#back[i] = (this.#back[i] as number) + (back[i] as number);
  }

  /** Z by columns. Shape [k][columns] */
  get images(): Float64Array[] {
    return rowsOf(this.#back, this.columns);
  }

  /**
   * Nyström's approximation of DᵀD from below, Z (ΩᵀZ)⁺ Zᵀ (Gittens and Mahoney 2013): exact where D has at most k
   * directions, and along a spike that stands out of noise nearly so.
   */
  singular(): Singular {
    const omega = rowsOf(this.directions, this.columns);
    const images = this.images;
    const core = symmetric(this.width, (i, j) => dotOf(omega[i], images[j]));
    const { values, vectors } = eigen(core);
    const largest = values[0] ?? 0;
    // B = Z (ΩᵀZ)^(-1/2) over the directions that carry anything
    const kept = values.flatMap((value, index) => (value > largest * 1e-10 ? [index] : []));
    const factors = kept.map((index) =>
      combination(images, (i) => (vectors[index]?.[i] ?? 0) / Math.sqrt(values[index] ?? 1)),
    );
    return principal(factors);
  }
}

/** Left singular vectors of a thin matrix given by its columns, and its singular values. */
export function principal(columns: readonly Float64Array[]): Singular {
  const gram = symmetric(columns.length, (i, j) => dotOf(columns[i], columns[j]));
  const { values, vectors } = eigen(gram);
  const kept = values.flatMap((value, index) =>
    value > (values[0] ?? 0) * 1e-14 && value > 0 ? [index] : [],
  );
  return {
    values: kept.map((index) => Math.sqrt(values[index] ?? 0)),
    right: kept.map((index) =>
      combination(columns, (i) => (vectors[index]?.[i] ?? 0) / Math.sqrt(values[index] ?? 1)),
    ),
  };
}

/** Eigenvalues of a symmetric matrix, largest first, with their vectors. */
function eigen(matrix: Matrix): { values: number[]; vectors: number[][] } {
  if (matrix.rows === 0) return { values: [], vectors: [] };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, index) => index)
    .sort((a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0));
  return {
    values: order.map((index) => realEigenvalues[index] ?? 0),
    vectors: order.map((index) => eigenvectorMatrix.getColumn(index)),
  };
}

function symmetric(size: number, entry: (i: number, j: number) => number): Matrix {
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = (entry(i, j) + entry(j, i)) / 2;
      matrix.set(i, j, value);
      matrix.set(j, i, value);
    }
  }
  return matrix;
}

function combination(columns: readonly Float64Array[], weight: (index: number) => number): Float64Array {
  const sum = new Float64Array(columns[0]?.length ?? 0);
  for (const [k, column] of columns.entries()) {
    const factor = weight(k);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + factor * (column[i] as number);
  }
  return sum;
}

function dotOf(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  if (a === undefined || b === undefined) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function rowsOf(values: Float64Array | Float32Array, width: number): Float64Array[] {
  const rows: Float64Array[] = [];
  for (let at = 0; at < values.length; at += width)
    rows.push(Float64Array.from(values.subarray(at, at + width)));
  return rows;
}

/** Standard normal numbers, other ones each time: nobody can hide a change between directions that are known before. */
export function gaussian(count: number): Float32Array {
  let state = randomInt(1, 2 ** 31);
  const uniform = () => {
    // xorshift32
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}
