import type { ContextDefence } from '../../protocol/contextDefence.ts';
import { Cholesky } from '../numeric/cholesky.ts';
import { dotAt } from '../numeric/dotAt.ts';
import { mean as average } from '../numeric/mean.ts';

/** A logistic regression over features that are brought to mean 0 and deviation 1 first. */
export type Logistic = ContextDefence['detector'];

/** Newton's steps; it converges in fewer. */
const steps = 50;
/** Weight of ‖w‖² / 2, which keeps the weights finite where the classes can be told apart without a fault. */
const ridge = 1;

/**
 * Fits by Newton's method. Both classes weigh the same, however many cases each has, so that .5 is the place to cut.
 *
 * @param rows features, one row a case
 */
export function fitLogistic(rows: readonly (readonly number[])[], labels: readonly boolean[]): Logistic {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => rows.map((row) => row[j] as number));
  const mean = columns.map(average);
  const deviation = columns.map((column, j) => {
    const variance = average(column.map((x) => (x - (mean[j] as number)) ** 2));
    return variance > 0 ? Math.sqrt(variance) : 1;
  });
  const scaled = rows.map((row) => standardised(row, { mean, deviation }));
  const positives = labels.filter((label) => label).length;
  const shares = labels.map((label) => rows.length / 2 / (label ? positives : rows.length - positives));
  const n = width + 1;
  const w = new Float64Array(n);
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(n);
    const hessian = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      // the bias is not held back, but kept from being without any curvature
      hessian[i * n + i] = i < width ? ridge : 1e-6;
      gradient[i] = i < width ? ridge * (w[i] as number) : 0;
    }
    for (const [r, x] of scaled.entries()) {
      const p = sigmoid(dotAt(w, 0, x, 0, n));
      const share = shares[r] as number;
      const error = share * (p - (labels[r] ? 1 : 0));
      for (let i = 0; i < n; i++) {
        const xi = x[i] as number;
        gradient[i] = (gradient[i] as number) + error * xi;
        for (let j = 0; j < n; j++) {
          hessian[i * n + j] = (hessian[i * n + j] as number) + share * p * (1 - p) * xi * (x[j] as number);
        }
      }
    }
    const move = Cholesky.small(n, hessian).solve(gradient);
    for (let i = 0; i < n; i++) w[i] = (w[i] as number) - (move[i] as number);
    if (Math.max(...move.map(Math.abs)) < 1e-9) break;
  }
  return { mean, deviation, weights: [...w.slice(0, width)], bias: w[width] as number };
}

/** The probability that a case belongs to the class of the label `true`. */
export function logistic(model: Logistic, row: readonly number[]): number {
  const x = standardised(row, model);
  return sigmoid(dotAt(Float64Array.from([...model.weights, model.bias]), 0, x, 0, x.length));
}

/** With a 1 behind the features, which the bias belongs to. */
function standardised(
  row: readonly number[],
  { mean, deviation }: Pick<Logistic, 'mean' | 'deviation'>,
): Float64Array {
  return Float64Array.from([...row.map((x, j) => (x - (mean[j] as number)) / (deviation[j] as number)), 1]);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
