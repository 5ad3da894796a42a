import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Response } from '../../../src/engine/review/attribution/response.ts';
import type { Spectrum } from '../../../src/engine/review/difference/spectrum.ts';

const width = 6;
const key = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: width, maxLength: width });
const squares = fc.array(fc.double({ min: 0.1, max: 4, noNaN: true }), {
  minLength: width,
  maxLength: width,
});

/** D = value · v rightᵀ for some unit v. */
function spectrum(value: number, right: readonly number[]): Spectrum {
  const norm = Math.hypot(...right);
  const direction = new Float64Array(right.map((part) => part / norm));
  return { values: [value], right: [direction], left: [], edge: 0, spikes: 1, energy: 1, from: 'refined' };
}

describe('the response to a key', () => {
  it('is largest for the key that an edit was made for, whatever the length of another', () => {
    fc.assert(
      fc.property(
        key,
        key,
        squares,
        fc.double({ min: 0.5, max: 100, noNaN: true }),
        (edited, other, usual, longer) => {
          fc.pre(edited.some((value) => Math.abs(value) > 0.1));
          const solved = edited.map((value, index) => value / (usual[index] ?? 1));
          const response = new Response({ spectrum: spectrum(1, solved) }, new Float64Array(usual));
          const long = other.map((value) => value * longer);
          expect(response.of(new Float32Array(long))).toBeLessThanOrEqual(
            response.of(new Float32Array(edited)) * (1 + 1e-5),
          );
        },
      ),
    );
  });

  it('is ‖D k‖ divided by the length of k, each dimension held against its usual size', () => {
    // D = 2 e₁ᵀ, k = (3, 4), usual squares 1 and 4: 2 · 3 / √(9/1 + 16/4)
    const response = new Response({ spectrum: spectrum(2, [1, 0]) }, new Float64Array([1, 4]));
    expect(response.of(new Float32Array([3, 4]))).toBeCloseTo(6 / Math.sqrt(13), 6);
    expect(response.of(new Float32Array([0, 0]))).toBe(0);
  });
});
