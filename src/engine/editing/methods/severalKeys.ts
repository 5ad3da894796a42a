import { InputError } from '../../errors.ts';
import { Cholesky, NotPositiveDefinite } from '../../numeric/cholesky.ts';
import { combine, dot } from '../../numeric/vector.ts';
import type { RankOneMethod } from '../patches/update.ts';

/**
 * ROME with several keys: the same delta is asked of every prompt's key k_i, by least change in the metric of C:
 * u = C⁻¹K (KᵀC⁻¹K + lambda I)⁻¹ 1 and ΔW = delta uᵀ. Still rank one. Subjects that open a prompt have keys far from
 * the average, and are where this differs from R-ROME.
 */
export const severalKeys: RankOneMethod = async ({ keys, delta, covariance, keyRidge }, work) => {
  const n = keys.length;
  const solved = await covariance.solve(keys, work);
  const gram = Float64Array.from({ length: n * n }, (_, at) => {
    const [a, b] = [keys[Math.floor(at / n)], solved[at % n]];
    return a === undefined || b === undefined ? Number.NaN : dot(a, b);
  });
  const trace = keys.reduce((sum, _, i) => sum + (gram[i * n + i] as number), 0);
  for (let i = 0; i < n; i++) gram[i * n + i] = (gram[i * n + i] as number) + (keyRidge * trace) / n;
  const weights = factored(n, gram).solve(new Float64Array(n).fill(1));
  return { left: delta, right: combine(solved, [...weights]) };
};

function factored(n: number, gram: Float64Array): Cholesky {
  try {
    return Cholesky.small(n, gram);
  } catch (error) {
    if (!(error instanceof NotPositiveDefinite)) throw error;
    throw new InputError(
      'Some of the prompts of this edit have the same key; set the hyperparameter keyRidge above 0.',
    );
  }
}
