import type { Rows } from '../../linalg/products.ts';
import { turn } from '../../work/turn.ts';

/** A subspace of a layer's keys, e.g. of the directions that they hardly use. */
export class Subspace {
  /** How many they are, out of the key's width. */
  readonly dimension: number;
  /** Orthonormal: the directions themselves, or all others where those are fewer. */
  readonly basis: Rows;
  readonly inside: boolean;

  constructor(dimension: number, basis: Rows, inside: boolean) {
    this.dimension = dimension;
    this.basis = basis;
    this.inside = inside;
  }

  /** P k for each k. Shape [keys][key width]. */
  async project(keys: readonly Float64Array[], signal?: AbortSignal): Promise<Float64Array[]> {
    const projected: Float64Array[] = [];
    for (const key of keys) {
      const part = alongRows(this.basis, key);
      projected.push(this.inside ? part : key.map((x, j) => x - (part[j] as number)));
      await turn(signal);
    }
    return projected;
  }
}

/** The projection of a vector on the span of orthonormal rows. */
function alongRows({ count, width, data }: Rows, vector: Float64Array): Float64Array {
  const part = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    let along = 0;
    for (let j = 0; j < width; j++) along += (row[j] as number) * (vector[j] as number);
    for (let j = 0; j < width; j++) part[j] = (part[j] as number) + along * (row[j] as number);
  }
  return part;
}
