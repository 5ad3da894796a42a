import { InputError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { turn } from '../work/turn.ts';
import { Cholesky, NotPositiveDefinite } from './cholesky.ts';
import { combine, dot } from './vector.ts';

/** The inner products of all pairs of `a` and `b`, of which only the lower triangle is needed. Shape [n x n]. */
export async function gramOf(
  a: readonly Float64Array[],
  b: readonly Float64Array[],
  { signal }: Work = {},
): Promise<Float64Array> {
  const n = a.length;
  const gram = new Float64Array(n * n);
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.slice(0, i + 1).entries()) {
      const product = dot(x, y);
      gram[i * n + j] = product;
      gram[j * n + i] = product;
    }
    await turn(signal);
  }
  return gram;
}

/** The mean of the diagonal of a square matrix. */
export function meanDiagonal(n: number, matrix: Float64Array): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += matrix[i * n + i] as number;
  return trace / n;
}

/**
 * The rows of (G + ridge I)⁻¹ S: how much of each of S's rows goes into each answer.
 *
 * @param gram G, shape [n x n]; overwritten
 * @param rows S, shape [n][width]
 */
export async function solveRows(
  gram: Float64Array,
  ridge: number,
  rows: readonly Float64Array[],
  work: Work = {},
): Promise<Float64Array[]> {
  const n = rows.length;
  for (let i = 0; i < n; i++) gram[i * n + i] = (gram[i * n + i] as number) + ridge;
  const cholesky = await factored(n, gram, work);
  const solved: Float64Array[] = [];
  for (let i = 0; i < n; i++) {
    const unit = new Float64Array(n);
    unit[i] = 1;
    solved.push(combine(rows, [...cholesky.solve(unit)]));
    await turn(work.signal);
  }
  return solved;
}

async function factored(n: number, gram: Float64Array, work: Work): Promise<Cholesky> {
  try {
    return await Cholesky.of(n, gram, work);
  } catch (error) {
    if (!(error instanceof NotPositiveDefinite)) throw error;
    throw new InputError(
      'Some of these edits have the same key, so that they cannot all be met; compute them in several batches.',
    );
  }
}
