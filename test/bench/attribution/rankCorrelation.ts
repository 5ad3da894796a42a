import { mean } from '../../../src/engine/numeric/mean.ts';

/** Spearman's: the correlation of the ranks, equal values sharing theirs. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [ranks(a), ranks(b)];
  const [mx, my] = [mean(x), mean(y)];
  const sum = (of: (i: number) => number) => x.reduce((total, _, i) => total + of(i), 0);
  const dx = (i: number) => (x[i] ?? Number.NaN) - mx;
  const dy = (i: number) => (y[i] ?? Number.NaN) - my;
  return sum((i) => dx(i) * dy(i)) / Math.sqrt(sum((i) => dx(i) ** 2) * sum((i) => dy(i) ** 2));
}

function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[first] ?? 0]) end++;
    for (const index of order.slice(first, end)) result[index] = (first + end - 1) / 2;
    first = end;
  }
  return result;
}
