import { Random } from '../numeric/random.ts';

const resamples = 2000;
const seed = 1979;

/**
 * The 95 % percentile interval of a statistic over cases (Efron 1979), for one that is no plain share: the cases are
 * drawn again and again, with replacement, the same way for the same number of cases.
 */
export function bootstrap<T>(
  cases: readonly T[],
  statistic: (cases: readonly T[]) => number,
): { low: number; high: number } {
  const random = new Random(seed);
  const draw = () => cases.map((one) => cases[random.below(cases.length)] ?? one);
  const values = Array.from({ length: resamples }, () => statistic(draw())).sort((a, b) => a - b);
  const at = (share: number) => values[Math.round(share * (resamples - 1))] as number;
  return { low: at(0.025), high: at(0.975) };
}
