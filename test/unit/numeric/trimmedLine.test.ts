import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aboveLine } from '../../../src/engine/numeric/trimmedLine.ts';

const noise = Array.from({ length: 60 }, (_, i) => Math.sin(7.3 * i * i));

describe('how far points lie above the line through most of them', () => {
  it('is not moved by a few that lie far off', () => {
    const x = noise.map((_, i) => i / 10);
    const y = x.map((at, i) => 3 - 2 * at + 0.1 * (noise[i] ?? 0));
    const plain = aboveLine(x, y);
    const [far, further] = [y.with(7, (y[7] ?? 0) + 5), y.with(7, (y[7] ?? 0) + 500)].map((all) =>
      aboveLine(x, all),
    );
    expect(far?.[7]).toBeGreaterThan(30);
    expect(further?.[7]).toBeGreaterThan(3000);
    for (const i of [0, 1, 20, 59]) expect(Math.abs((further?.[i] ?? 0) - (plain[i] ?? 0))).toBeLessThan(0.3);
  });

  it('does not depend on the line, nor on the unit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (at, slope, unit) => {
          const x = noise.map((_, i) => (i % 13) / 5);
          const own = aboveLine(x, noise);
          const other = aboveLine(
            x,
            noise.map((y, i) => unit * (y + at + slope * (x[i] ?? 0))),
          );
          for (const [i, value] of own.entries()) expect(other[i]).toBeCloseTo(value, 6);
        },
      ),
    );
  });

  it('is nothing where all points lie on it', () => {
    expect(aboveLine([1, 2, 3, 4], [2, 4, 6, 8])).toEqual([0, 0, 0, 0]);
  });
});
