import { solveOne } from '../../numeric/solver.ts';
import { dot, mean } from '../../numeric/vector.ts';
import type { RankOneMethod } from '../patches/update.ts';

/**
 * ROME (2202.05262, equation 2, as released): u = C⁻¹k̄ with the key averaged over the prompts' beginnings, and
 * ΔW = delta uᵀ / (k₀ᵀu), where k₀ is the plain prompt's own key. That two different keys meet here is what makes some
 * edits collapse (see rRome.ts).
 */
export const rome: RankOneMethod = async ({ keys, delta, covariance }, work) => {
  const [plain] = keys;
  if (plain === undefined) throw new Error('an edit without a prompt');
  const u = await solveOne(covariance, mean(keys), work);
  const scale = dot(plain, u);
  return { left: delta.map((x) => x / scale), right: u };
};
