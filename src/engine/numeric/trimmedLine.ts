import { at } from './at.ts';
import { mean } from './mean.ts';
import { median } from './median.ts';

const rounds = 5;
const maxDeviations = 3;
/** The median absolute deviation of the normal distribution, inverted. */
const perDeviation = 1.4826;

/**
 * How far each point lies above the line through most of them: least squares, again and again without the points that
 * lie more than three deviations off. In deviations, of which a few far points make no more.
 */
export function aboveLine(x: readonly number[], y: readonly number[]): number[] {
  let inside: readonly number[] = x.map((_, i) => i);
  let above = y.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const { slope, start } = line(x, y, inside);
    const residuals = y.map((value, i) => value - start - slope * (x[i] as number));
    const middle = median(residuals);
    const deviation = perDeviation * median(residuals.map((residual) => Math.abs(residual - middle)));
    if (deviation === 0) return above;
    above = residuals.map((residual) => (residual - middle) / deviation);
    inside = [...above.keys()].filter((i) => Math.abs(above[i] as number) < maxDeviations);
  }
  return above;
}

function line(x: readonly number[], y: readonly number[], inside: readonly number[]) {
  const among = (values: readonly number[]) => mean(inside.map((i) => at(values, i)));
  const [middleX, middleY] = [among(x), among(y)];
  let along = 0;
  let size = 0;
  for (const i of inside) {
    const dx = (x[i] as number) - middleX;
    along += dx * ((y[i] as number) - middleY);
    size += dx * dx;
  }
  const slope = size === 0 ? 0 : along / size;
  return { slope, start: middleY - slope * middleX };
}
