import { gramOf, solveRows } from '../../numeric/gram.ts';
import type { BatchMethod } from './batchMethod.ts';

/**
 * MEMIT (2210.07229, equation 14): ΔW = R Kᵀ(λC + KKᵀ)⁻¹, the least change that trades the new facts against what the
 * layer's keys gave before. The inverse is taken over the edits, not over the keys' directions:
 * Kᵀ(λC + KKᵀ)⁻¹ = (λI + KᵀC⁻¹K)⁻¹KᵀC⁻¹.
 *
 * It cannot add facts one after the other for long: each batch knows nothing of those before it.
 */
export const memit: BatchMethod = {
  needs: [],
  async rows({ keys, covariance, hyperparameters: { preserve } }, work) {
    const solved = await covariance.solve(keys, work);
    return await solveRows(await gramOf(keys, solved, work), preserve * covariance.n, solved, work);
  },
};
