import { solveOne } from '../../numeric/solver.ts';
import { dot, mean } from '../../numeric/vector.ts';
import type { RankOneMethod } from '../patches/update.ts';

/**
 * R-ROME (2403.07175): the averaged key everywhere. ΔW = (v₀ + delta − W k̄) uᵀ / (k̄ᵀu) with u = C⁻¹k̄; W k̄ is the mean
 * of the MLP outputs, W being linear.
 */
export const rRome: RankOneMethod = async ({ keys, values, delta, covariance }, work) => {
  const [plain] = values;
  if (plain === undefined) throw new Error('an edit without a prompt');
  const key = mean(keys);
  const current = mean(values);
  const u = await solveOne(covariance, key, work);
  const scale = dot(key, u);
  return { left: delta.map((x, i) => (x + (plain[i] as number) - (current[i] as number)) / scale), right: u };
};
