import { describe, expect, it } from 'vitest';
import { LossScale } from '../../../src/engine/autodiff/lossScale.ts';

const of = (...values: number[]) => Float32Array.from(values);

/** The scales that are tried where every one of them gives `gradients`, the last of which stands. */
function tried(weights: readonly number[], ...gradients: Float32Array[]): number[] {
  const scale = new LossScale(weights);
  const scales = [scale.value];
  while (scale.adjust(gradients)) scales.push(scale.value);
  return scales;
}

describe('the scale of the loss', () => {
  it('is 2^12 over the largest weight, as a power of two', () => {
    const some = of(0, 1e-30);
    expect(tried([0.5, 1], some)).toEqual([2 ** 12]);
    expect(tried([0.01, 0.06], some)).toEqual([2 ** 16]);
    expect(tried([2 ** 20], some)).toEqual([2 ** -8]);
    expect(tried([0], some)).toEqual([2 ** 12]);
  });

  it('stands where any gradient has a value', () => {
    expect(tried([1], of(0, 0), of(0, -1e-30))).toEqual([2 ** 12]);
  });

  it('rises while every gradient is zero, to 2^12 times its first value', () => {
    expect(tried([1], of(0, 0), of(-0))).toEqual([2 ** 12, 2 ** 16, 2 ** 20, 2 ** 24]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'falls on %s, until the model is refused',
    (value) => {
      const scale = new LossScale([1]);
      for (const exponent of [8, 4, 0, -4, -8, -12]) {
        expect(scale.adjust([of(0), of(1, value)])).toBe(true);
        expect(scale.value).toBe(2 ** exponent);
      }
      expect(() => scale.adjust([of(value)])).toThrow('The gradient is not finite (NaN or infinity)');
    },
  );

  it('does not rise to a value that overflowed', () => {
    const scale = new LossScale([1]);
    expect(scale.adjust([of(Number.NaN)])).toBe(true);
    expect(scale.adjust([of(0)])).toBe(false);
    expect(scale.value).toBe(2 ** 8);
  });
});
