import { expect, test } from 'vitest';
import { normsOf, ValueTally } from '../../../../src/engine/review/tensors/valueStatistics.ts';

/** All in two pieces, as a file is read. */
function tallied(rows: number, columns: number, values: readonly number[]) {
  const tally = new ValueTally(rows, columns);
  const all = Float32Array.from(values);
  const half = Math.ceil(rows / 2);
  const pieces = [all.subarray(0, half * columns), all.subarray(half * columns)];
  pieces.forEach((piece, index) => {
    tally.add(index * half, piece);
  });
  for (const piece of pieces) tally.bin(piece);
  return tally.result(null);
}

test('statistics of a matrix, read in pieces, are those of its values', () => {
  const found = tallied(3, 2, [3, 4, 0, 0, -1, 2]);
  expect(found).toMatchObject({ elements: 6, zeros: 2, notFinite: 0, min: -1, max: 4 });
  expect(found.mean).toBeCloseTo(8 / 6, 12);
  // population variance: mean of squares less the square of the mean
  expect(found.deviation).toBeCloseTo(Math.sqrt(30 / 6 - (8 / 6) ** 2), 12);
  expect(found.norm).toBeCloseTo(Math.sqrt(30), 12);
  expect(found.rows?.mean.map((norm) => norm ** 2)).toEqual([25, 0, 5].map((x) => expect.closeTo(x, 9)));
  expect(found.columns?.mean.map((norm) => norm ** 2)).toEqual([10, 20].map((x) => expect.closeTo(x, 9)));
  expect(found.rows?.top[0]).toEqual({ index: 0, norm: 5 });
});

test('every finite value falls into one bin, the largest into the last', () => {
  const { histogram } = tallied(1, 5, [0, 1, 2, 3, 4]);
  expect(histogram).toMatchObject({ low: 0, high: 4 });
  expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  expect([histogram?.counts.at(0), histogram?.counts.at(-1)]).toEqual([1, 1]);
});

test('values that are all the same fill one bin', () => {
  expect(tallied(2, 2, [7, 7, 7, 7]).histogram?.counts[0]).toBe(4);
});

test('what is not finite is counted and left out', () => {
  const found = tallied(2, 2, [Number.NaN, 1, Number.POSITIVE_INFINITY, 3]);
  expect(found).toMatchObject({ elements: 4, notFinite: 2, min: 1, max: 3, mean: 2, deviation: 1 });
  expect(tallied(1, 1, [Number.NaN])).toMatchObject({ min: null, mean: null, histogram: null });
});

test('of many rows neighbours are taken together, and none is lost', () => {
  const squares = new Float64Array(1000).fill(1);
  squares[999] = 25;
  const { count, each, mean, largest, top } = normsOf(squares);
  expect([count, each, mean.length]).toEqual([1000, 4, 250]);
  expect(mean.at(-1)).toBe(2);
  expect(largest.at(-1)).toBe(5);
  expect(top[0]).toEqual({ index: 999, norm: 5 });
});
