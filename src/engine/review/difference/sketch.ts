import { randomInt } from 'node:crypto';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dotAt } from '../../linalg/dotAt.ts';
import { combine } from '../../linalg/vector.ts';

/** Singular values of a matrix, largest first, and the right singular directions that belong to them. */
export interface Singular {
  readonly values: readonly number[];
  /** The first `count` of the directions, each of length 1. Shape [count][columns] */
  right(count: number): Float64Array[];
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
    const images = this.images;
    const { values, vectors } = eigen(
      products(rowsOf(new Float64Array(this.directions), this.columns), images),
    );
    // B = Z (ΩᵀZ)^(-1/2) over the directions that carry anything
    const kept = values.flatMap((value, index) => (value > (values[0] ?? 0) * 1e-10 ? [index] : []));
    const factors = kept.map((index) => (vectors[index] ?? []).map((x) => x / Math.sqrt(values[index] ?? 1)));
    return singularOf(images, factors);
  }
}

/** Left singular vectors of a thin matrix given by its columns, and its singular values. */
export function principal(columns: readonly Float64Array[]): Singular {
  return singularOf(
    columns,
    columns.map((_, i) => columns.map((_, j) => (i === j ? 1 : 0))),
  );
}

/** Of the matrix whose columns are combinations of some vectors, from those vectors' products alone. */
function singularOf(vectors: readonly Float64Array[], factors: readonly number[][]): Singular {
  if (factors.length === 0) return { values: [], right: () => [] };
  const by = new Matrix(factors);
  const eigenOf = eigen(by.mmul(products(vectors, vectors)).mmul(by.transpose()));
  const largest = eigenOf.values[0] ?? 0;
  const squares = eigenOf.values.filter((value) => value > largest * 1e-14 && value > 0);
  const right = (index: number) => {
    const [weights = []] = new Matrix([eigenOf.vectors[index] ?? []]).mmul(by).to2DArray();
    const size = Math.sqrt(squares[index] ?? 1);
    return combine(
      vectors,
      weights.map((weight) => weight / size),
    );
  };
  return {
    values: squares.map(Math.sqrt),
    right: (count) => squares.slice(0, count).map((_, index) => right(index)),
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

/** aᵢ · bⱼ, known to be symmetric. */
function products(a: readonly Float64Array[], b: readonly Float64Array[]): Matrix {
  const matrix = Matrix.zeros(a.length, a.length);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.slice(0, i + 1).entries()) {
      const product = dotAt(x, 0, y, 0, x.length);
      matrix.set(i, j, product);
      matrix.set(j, i, product);
    }
  }
  return matrix;
}

function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    values.subarray(row * width, (row + 1) * width),
  );
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
