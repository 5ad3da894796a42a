import { at } from '../../numeric/at.ts';
import { dotAt } from '../../numeric/dotAt.ts';
import { Random } from '../../numeric/random.ts';
import { smallSymmetricEigen } from '../../numeric/symmetricEigen.ts';
import { combine, dot } from '../../numeric/vector.ts';

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

  constructor(columns: number, width: number, directions = unforeseen(columns * width)) {
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
    const kept = values.flatMap((value, index) => (value > at(values, 0) * 1e-10 ? [index] : []));
    const factors = kept.map((index) =>
      (vectors[index] ?? new Float64Array()).map((x) => x / Math.sqrt(values[index] as number)),
    );
    return singularOf(images, factors);
  }
}

/** Left singular vectors of a thin matrix given by its columns, and its singular values. */
export function principal(columns: readonly Float64Array[]): Singular {
  return singularOf(
    columns,
    columns.map((_, i) => Float64Array.from(columns, (_, j) => (i === j ? 1 : 0))),
  );
}

/** Of the matrix whose columns are combinations of some vectors, from those vectors' products alone. */
function singularOf(vectors: readonly Float64Array[], factors: readonly Float64Array[]): Singular {
  // F G Fᵀ, the products of the combinations
  const along = products(vectors, vectors).map((row) =>
    Float64Array.from(factors, (factor) => dot(row, factor)),
  );
  const eigenOf = eigen(factors.map((factor) => combine(along, [...factor])));
  const squares = eigenOf.values.filter((value) => value > at(eigenOf.values, 0) * 1e-14 && value > 0);
  const right = (index: number) => {
    const weights = combine(factors, [...(eigenOf.vectors[index] ?? [])]);
    const size = Math.sqrt(squares[index] as number);
    return combine(
      vectors,
      Array.from(weights, (weight) => weight / size),
    );
  };
  return {
    values: squares.map(Math.sqrt),
    right: (count) => squares.slice(0, count).map((_, index) => right(index)),
  };
}

/** Eigenvalues of a symmetric matrix, given by its rows, largest first, with their vectors. */
function eigen(rows: readonly Float64Array[]): { values: number[]; vectors: Float64Array[] } {
  const n = rows.length;
  const matrix = new Float64Array(n * n);
  for (const [i, row] of rows.entries()) matrix.set(row, i * n);
  const { values, vectors } = smallSymmetricEigen(n, matrix);
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  return {
    values: order.map((index) => values[index] as number),
    vectors: order.map((index) => vectors.subarray(index * n, (index + 1) * n)),
  };
}

/** aᵢ · bⱼ, known to be symmetric, by rows. */
function products(a: readonly Float64Array[], b: readonly Float64Array[]): Float64Array[] {
  const rows = a.map(() => new Float64Array(a.length));
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.slice(0, i + 1).entries()) {
      const product = dotAt(x, 0, y, 0, x.length);
      (rows[i] as Float64Array)[j] = product;
      (rows[j] as Float64Array)[i] = product;
    }
  }
  return rows;
}

function rowsOf(values: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: values.length / width }, (_, row) =>
    values.subarray(row * width, (row + 1) * width),
  );
}

/** Standard normal numbers, other ones each time: nobody can hide a change between directions that are known before. */
export const unforeseen = (count: number): Float32Array => new Random().normals(count);
