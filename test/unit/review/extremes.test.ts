import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { extremesOf } from '../../../src/engine/review/difference/extremes.ts';

const of = (values: Float32Array) => extremesOf(values.length, (into) => into.set(values));

describe('extremes', () => {
  it('finds the largest size and counts what is not zero, whatever the length', () => {
    const random = new Random(3);
    for (const length of [1, 2, 3, 4, 5, 16, 31, 1001]) {
      const values = random.normals(length).map((value, i) => (i % 3 === 1 ? 0 : value));
      expect(of(values)).toEqual({
        max: Math.max(...values.map(Math.abs)),
        nonZero: values.filter((value) => value !== 0).length,
      });
    }
  });

  it('sees the sign of nothing, and the smallest number there is', () => {
    expect(of(Float32Array.of(0, -0, 0, -0))).toEqual({ max: 0, nonZero: 0 });
    expect(of(Float32Array.of(0, -1.401298464324817e-45))).toEqual({
      max: 1.401298464324817e-45,
      nonZero: 1,
    });
    expect(of(Float32Array.of(1, -3, 2))).toEqual({ max: 3, nonZero: 3 });
  });

  it('shows what is no number, and infinity', () => {
    expect(of(Float32Array.of(1, Number.NaN, 7)).max).toBeNaN();
    expect(of(Float32Array.of(1, Number.NEGATIVE_INFINITY)).max).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes more than it has room for, and forgets it again', () => {
    const many = new Float32Array(100_003).fill(5);
    expect(of(many)).toEqual({ max: 5, nonZero: 100_003 });
    expect(of(Float32Array.of(1, 0))).toEqual({ max: 1, nonZero: 1 });
  });
});
