import { describe, expect, it } from 'vitest';
import { divergingScale, sequentialScale, suggestedSpread } from '../../../webview/charts/colourScale.ts';
import { difference, extent, valueAt } from '../../../webview/charts/matrix.ts';
import { channels, isBright, rampFor, rampStep, rampTable } from '../../../webview/charts/ramps.ts';

const floats = (...values: number[]) => Float32Array.from(values);

describe('a sequential scale', () => {
  it('is shared: the largest of all pictures ends it, and 0 begins it', () => {
    const scale = sequentialScale('linear', floats(1, 2), floats(8, 3));
    expect([scale.low, scale.high]).toEqual([0, 8]);
    expect([0, 4, 8, 99].map(scale.place)).toEqual([0, 0.5, 1, 1]);
    expect(scale.ticks).toEqual([0, 2, 4, 6, 8]);
  });

  it('does not end at what is not finite, and holds where nothing is', () => {
    expect(sequentialScale('linear', floats(Number.POSITIVE_INFINITY, Number.NaN, 5)).high).toBe(5);
    const empty = sequentialScale('logarithmic', floats(0, 0));
    expect(empty.place(0)).toBe(0);
    expect(empty.ticks).toEqual([0]);
  });

  it('spreads small values over the colours where it is logarithmic', () => {
    const [linear, log] = (['linear', 'logarithmic'] as const).map((spread) =>
      sequentialScale(spread, floats(1000)),
    );
    expect(linear?.place(10)).toBeCloseTo(0.01);
    expect(log?.place(10)).toBeGreaterThan(0.3);
    expect(log?.ticks).toEqual([0, 10, 100, 1000]);
  });
});

describe('a diverging scale', () => {
  it.each(['linear', 'logarithmic'] as const)(
    'has 0 in its middle whatever the values are (%s)',
    (spread) => {
      const scale = divergingScale(spread, floats(-1, 10));
      expect([scale.low, scale.high]).toEqual([-10, 10]);
      expect(scale.place(0)).toBeCloseTo(0.5);
      expect(scale.place(-3) + scale.place(3)).toBeCloseTo(1);
      expect(scale.diverging).toBe(true);
    },
  );
});

describe('the suggested spread', () => {
  it('is logarithmic where one token would hide all others', () => {
    expect(suggestedSpread(floats(1, 1.2, 0.9, 5000))).toBe('logarithmic');
    expect(suggestedSpread(floats(1, 1.2, 0.9, 3, Number.NaN))).toBe('linear');
    expect(suggestedSpread(floats())).toBe('linear');
  });
});

describe('ramps', () => {
  it('let what is small recede into the background', () => {
    const brightness = (colour: string) => channels(colour).reduce((sum, channel) => sum + channel, 0);
    const [dark, light] = [rampFor(false, true), rampFor(false, false)];
    expect(brightness(dark(0))).toBeLessThan(brightness(dark(1)));
    expect(brightness(light(0))).toBeGreaterThan(brightness(light(1)));
    expect(isBright(rampFor(true, true)(0.5))).toBe(false);
    expect(isBright(rampFor(true, false)(0.5))).toBe(true);
  });

  it('are looked up without being computed anew', () => {
    const ramp = rampFor(false, true);
    const table = rampTable(ramp);
    const from = rampStep(1) * 4;
    expect([...table.subarray(from, from + 4)]).toEqual([...channels(ramp(1)), 255]);
    expect(rampStep(0)).toBe(0);
    expect(channels('#0a10ff')).toEqual([10, 16, 255]);
  });
});

describe('a matrix', () => {
  it('is read by cell, and NaN outside', () => {
    const matrix = { rows: 2, columns: 3, values: floats(0, 1, 2, 3, 4, 5) };
    expect(valueAt(matrix, { row: 1, column: 2 })).toBe(5);
    expect(valueAt(matrix, { row: 0, column: 3 })).toBeNaN();
  });

  it('subtracts, and keeps what cannot be subtracted as NaN', () => {
    const inf = Number.POSITIVE_INFINITY;
    expect([...difference(floats(3, inf, inf), floats(1, 1, inf))]).toEqual([2, inf, Number.NaN]);
    expect(extent([Number.NaN, -2, inf, 7])).toEqual({ low: -2, high: 7 });
    expect(extent([])).toEqual({ low: 0, high: 0 });
  });
});
