import { expect, it } from 'vitest';
import { Adam } from '../../../src/engine/editing/value/adam.ts';

/** Steps on numbers of one's own; the figures are those of torch.optim.Adam, to the digits shown. */
function steps(rate: number, x: number[], gradients: readonly number[][]): number[][] {
  const values = Float64Array.from(x);
  const adam = new Adam(x.length, rate);
  return gradients.map((gradient) => {
    adam.step(values, Float64Array.from(gradient));
    return [...values];
  });
}

it('the first step goes by the rate against the gradient, whatever its size (algorithm 1, bias-corrected)', () => {
  const [first] = steps(0.5, [1, 1, 1], [[1e-3, -40, 2]]);
  expect(first?.[0]).toBeCloseTo(0.5, 5);
  expect(first?.[1]).toBeCloseTo(1.5, 9);
  expect(first?.[2]).toBeCloseTo(0.5, 8);
});

it('a gradient that stays the same moves by the rate at each step', () => {
  const moved = steps(0.1, [0], [[3], [3], [3], [3]]);
  for (const [i, [x]] of moved.entries()) expect(x).toBeCloseTo(-0.1 * (i + 1), 8);
});

it('gradients that change, on a worked example', () => {
  // m = 0.1, 0.29, 0.161; v = 0.001, 0.004999, 0.005994
  // divided by 1 - 0.9^t = 0.1, 0.19, 0.271 and 1 - 0.999^t = 0.001, 0.001999, 0.002997001
  const third =
    -1 - 0.29 / 0.19 / Math.sqrt(0.004999 / 0.001999) - 0.161 / 0.271 / Math.sqrt(0.005994001 / 0.002997001);
  expect(steps(1, [0], [[1], [2], [-1]])[2]?.[0]).toBeCloseTo(third, 6);
});

it('each number has a step of its own, and no gradient moves nothing', () => {
  const [, second] = steps(
    0.5,
    [1, 2],
    [
      [0, 1],
      [0, 1],
    ],
  );
  expect(second?.[0]).toBe(1);
  expect(second?.[1]).toBeCloseTo(1, 7);
});
