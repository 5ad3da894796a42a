import { median } from '../numeric/median.ts';

/**
 * How far each layer's value stands above what its neighbours lead to expect: the value less the mean of the layer
 * before and after, in units of the median such distance. The first and last layer have one neighbour.
 */
export function depthAnomaly(values: readonly number[]): number[] {
  const distances = values.map((value, layer) => {
    const before = values[layer - 1] ?? values[layer + 1] ?? value;
    const after = values[layer + 1] ?? values[layer - 1] ?? value;
    return value - (before + after) / 2;
  });
  const scale = median(distances.map(Math.abs));
  return distances.map((distance) => (scale === 0 ? 0 : distance / scale));
}
