import { gramOf, meanDiagonal, solveRows } from '../../numeric/gram.ts';
import type { BatchMethod } from './batchMethod.ts';

/**
 * EMMET (2403.14236, equation 10): ΔW = R (KᵀC⁻¹K)⁻¹KᵀC⁻¹, the least change in the metric of C that gives every edit
 * exactly what it asks for, in one layer; ROME for many facts. A ridge of `keyRidge` keeps keys that are alike apart.
 *
 * It cannot weigh facts against what the layer knew: with many edits, or with keys that are alike, the exact answer
 * takes a large change.
 */
export const emmet: BatchMethod = {
  needs: [],
  async rows({ keys, covariance, hyperparameters: { keyRidge } }, work) {
    const solved = await covariance.solve(keys, work);
    const gram = await gramOf(keys, solved, work);
    return await solveRows(gram, keyRidge * meanDiagonal(keys.length, gram), solved, work);
  },
};
