import { describe, expect, it } from 'vitest';
import { roundedAnew, roundingOf, sizeOf } from '../../../src/engine/review/difference/rounding.ts';
import type { TensorDiff } from '../../../src/engine/review/difference/tensorDiff.ts';
import { change, pairOf } from './change.ts';

const down = (layer: number) => `blk.${layer}.ffn_down.weight`;
/** A matrix of these types, equal or not, as a comparison finds it. */
const diff = (name: string, base: string, candidate: string, equal = false): TensorDiff => ({
  ...change(name, { relative: 0.1 }).diff,
  pair: pairOf(name, base, candidate),
  equal,
});
const layers = (count: number, base: string, candidate: string, equal = false) =>
  Array.from({ length: count }, (_, layer) => diff(down(layer), base, candidate, equal));

describe('which tensors may have been rounded anew', () => {
  it('all of another type are', () => {
    const isAnew = roundedAnew([]);
    expect(isAnew(pairOf(down(0), 'q4_K', 'q5_K'))).toBe(true);
    expect(isAnew(pairOf(down(0), 'q4_K', 'q4_K'))).toBe(false);
  });

  it('are of the same type only where nearly all such matrices differ, and its bytes may', () => {
    const isAnew = roundedAnew(layers(20, 'q4_K', 'q4_K'));
    expect(isAnew(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(true);
    // the same weights give the same bytes in a type that no importance matrix changes
    expect(isAnew(pairOf(down(3), 'f16', 'f16'))).toBe(false);
    expect(isAnew(pairOf(down(3), 'q8_0', 'q8_0'))).toBe(false);
  });

  it('are none for matrices that were retyped, whose bytes differ in any case', () => {
    const isAnew = roundedAnew(layers(20, 'q4_K', 'q5_K'));
    expect(isAnew(pairOf(down(30), 'q4_K', 'q4_K'))).toBe(false);
  });

  it('are none for types that no importance matrix changes', () => {
    expect(roundedAnew(layers(20, 'f16', 'f16'))(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(false);
    expect(roundedAnew(layers(20, 'q8_0', 'q8_0'))(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(false);
  });

  it('are none for vectors, nor for what lies outside of the layers', () => {
    const vectors = layers(20, 'q4_K', 'q4_K').map((one): TensorDiff => {
      const base = { ...one.pair.base, ne: [64] };
      return { ...one, pair: { ...one.pair, base } };
    });
    expect(roundedAnew(vectors)(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(false);
    const tables = Array.from({ length: 20 }, (_, i) => diff(`table${i}.weight`, 'q4_K', 'q4_K'));
    expect(roundedAnew(tables)(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(false);
  });

  it('are none where a tenth of them and more stayed as they were', () => {
    const some = [...layers(17, 'q4_K', 'q4_K'), ...layers(3, 'q4_K', 'q4_K', true)];
    expect(roundedAnew(some)(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(false);
    const most = [...layers(18, 'q4_K', 'q4_K'), ...layers(2, 'q4_K', 'q4_K', true)];
    expect(roundedAnew(most)(pairOf(down(3), 'q4_K', 'q4_K'))).toBe(true);
  });
});

describe('the rounding that explains a change', () => {
  it('is that of both types, or of the candidate’s alone where it was made from the base', () => {
    const both = roundingOf(pairOf(down(0), 'q4_0', 'q5_0'), 0.05);
    expect(both?.base).toBeGreaterThan(both?.candidate ?? 1);
    expect(sizeOf(both ?? { base: 0, candidate: 0 })).toBeCloseTo(
      Math.hypot(both?.base ?? 0, both?.candidate ?? 0),
    );
    // unpacked: most rows show nothing of the base's rounding
    expect(roundingOf(pairOf(down(0), 'q4_0', 'f16'), 0)).toMatchObject({ base: 0 });
    expect(roundingOf(pairOf(down(0), 'q4_0', 'f16'), 0.05)?.base).toBeGreaterThan(0);
  });

  it('is none of types that hold no weights, on either side', () => {
    expect(roundingOf(pairOf(down(0), 'i32', 'f16'), 0)).toBeUndefined();
    expect(roundingOf(pairOf(down(0), 'f16', 'i32'), 0)).toBeUndefined();
  });
});
