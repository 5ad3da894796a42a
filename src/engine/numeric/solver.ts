import type { Work } from '../work/progress.ts';

/** What solves A x = b for several b. */
export interface Solver {
  readonly n: number;
  /** x with A x = b for each b. Shape [vectors][n]. */
  readonly solve: (vectors: readonly Float64Array[], work?: Work) => Promise<Float64Array[]>;
}

/** x with A x = b. Shape [n]. */
export async function solveOne(solver: Solver, b: Float64Array, work?: Work): Promise<Float64Array> {
  const [x] = await solver.solve([b], work);
  if (x === undefined) throw new Error('a system without a solution');
  return x;
}
