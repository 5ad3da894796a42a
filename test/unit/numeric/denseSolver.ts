import { Cholesky } from '../../../src/engine/numeric/cholesky.ts';
import type { Solver } from '../../../src/engine/numeric/solver.ts';

/** Solves with a small dense matrix in plain float64. @param matrix shape [n x n] */
export function denseSolver(n: number, matrix: Float64Array): Solver {
  const cholesky = Cholesky.small(n, matrix);
  return { n, solve: async (vectors) => vectors.map((b) => cholesky.solve(b)) };
}
