import { rowProducts, rowsOf, transposedRows } from '../../linalg/products.ts';
import type { Devices } from '../../llama/scheduler.ts';
import { at } from '../../numeric/at.ts';
import { dotAt } from '../../numeric/dotAt.ts';
import { symmetricEigen } from '../../numeric/symmetricEigen.ts';
import { norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';

/** ΔW = B A by its singular values, without ΔW. */
export interface FactorSpectrum {
  /** Largest first, to about 3e-4 of the largest: they are roots of products that were summed in F32. */
  readonly values: readonly number[];
  /** The left direction of the largest. Shape [rows]; of zeros where ΔW is 0. */
  readonly left: Float64Array;
}

/**
 * Factors are divided by their largest elements first, so that no product overflows F32. With BᵀB = Vᵀ Λ V, B A has the singular values of Λ^½ V A, whose rows have the inner products Λ^½ V (A Aᵀ) Vᵀ Λ^½:
 * two eigenvalue problems of the rank's size.
 *
 * @param rows B. Shape [count x rank]
 * @param directions A. Shape [rank][columns]
 */
export async function factorSpectrum(
  devices: Devices,
  rank: number,
  rows: Float32Array<ArrayBuffer>,
  directions: readonly Float32Array[],
  { signal }: Work = {},
): Promise<FactorSpectrum> {
  const count = rows.length / rank;
  const rowUnit = largest([rows]) || 1;
  const b = transposedRows(
    rowsOf(
      count,
      rank,
      rows.map((x) => x / rowUnit),
    ),
  );
  const columns = at(directions, 0).length;
  const a = rowsOf(rank, columns);
  const columnUnit = largest(directions) || 1;
  for (const [r, direction] of directions.entries()) {
    a.data.set(
      direction.map((x) => x / columnUnit),
      r * columns,
    );
  }
  const gramB = await symmetricEigen(
    rank,
    Float64Array.from((await rowProducts(devices, b, b, signal)).data),
    {
      signal,
    },
  );
  const gramA = Float64Array.from((await rowProducts(devices, a, a, signal)).data);
  const roots = gramB.values.map((value) => Math.sqrt(Math.max(0, value)));
  const v = (i: number) => gramB.vectors.subarray(i * rank, (i + 1) * rank);
  const between = new Float64Array(rank * rank);
  for (let i = 0; i < rank; i++) {
    const image = Float64Array.from({ length: rank }, (_, row) => dotAt(gramA, row * rank, v(i), 0, rank));
    for (let j = 0; j <= i; j++) {
      const value = dotAt(image, 0, v(j), 0, rank) * (roots[i] as number) * (roots[j] as number);
      between[i * rank + j] = value;
      between[j * rank + i] = value;
    }
    await turn(signal);
  }
  const { values, vectors } = await symmetricEigen(rank, between, { signal });
  const order = [...values.keys()].sort((i, j) => (values[j] as number) - (values[i] as number));
  const best = at(order, 0);
  const w = vectors.subarray(best * rank, (best + 1) * rank);
  const least = 1e-6 * Math.max(...roots);
  const mix = new Float64Array(rank);
  for (const [i, root] of roots.entries()) {
    if (root <= least) continue;
    for (let j = 0; j < rank; j++)
      mix[j] = (mix[j] as number) + ((w[i] as number) / root) * (v(i)[j] as number);
  }
  return {
    values: order.map((index) => Math.sqrt(Math.max(0, values[index] as number)) * rowUnit * columnUnit),
    left: unit(
      Float64Array.from({ length: count }, (_, row) =>
        inner(rows.subarray(row * rank, (row + 1) * rank), mix),
      ),
    ),
  };
}

function largest(vectors: readonly Float32Array[]): number {
  let most = 0;
  for (const vector of vectors) for (const x of vector) most = Math.max(most, Math.abs(x));
  return most;
}

function inner(a: Float32Array | Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = norm(vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
