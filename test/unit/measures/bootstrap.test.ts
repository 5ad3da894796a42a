import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../../src/engine/measures/bootstrap.ts';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('the bootstrap interval', () => {
  it('is that of the normal distribution for a mean over many cases', () => {
    // 400 cases of 0 and 1: the mean's standard error is .5 / 20
    const cases = Array.from({ length: 400 }, (_, i) => i % 2);
    const { low, high } = bootstrap(cases, mean);
    expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 2);
    expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 2);
  });

  it('goes by the size of numbers, negative ones and those of more digits too', () => {
    const cases = Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 11 : 8));
    const { low, high } = bootstrap(cases, mean);
    expect(low).toBeCloseTo(9.5 - 1.96 * 0.075, 1);
    expect(high).toBeCloseTo(9.5 + 1.96 * 0.075, 1);
    const around = bootstrap(
      cases.map((value) => value - 9.5),
      mean,
    );
    expect([around.low, around.high]).toEqual([expect.closeTo(low - 9.5, 9), expect.closeTo(high - 9.5, 9)]);
  });

  it('has no width where all cases are equal, and is the same again', () => {
    expect(bootstrap([2, 2, 2], mean)).toEqual({ low: 2, high: 2 });
    expect(bootstrap([1, 5, 9], mean)).toEqual(bootstrap([1, 5, 9], mean));
  });
});
