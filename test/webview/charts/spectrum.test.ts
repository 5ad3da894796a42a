import { describe, expect, it } from 'vitest';
import { spectrumPicture } from '../../../webview/charts/spectrum.ts';

describe('the picture of a spectrum', () => {
  it('goes by the logarithm: equal ratios are equal steps, and the edge stands where its value would', () => {
    const { bars, edge } = spectrumPicture({ values: [100, 10, 1], edge: 10, spikes: 1 });
    const [first, second, third] = bars.map(({ height }) => height);
    expect((first ?? 0) - (second ?? 0)).toBeCloseTo((second ?? 0) - (third ?? 0));
    expect(edge).toBeCloseTo(second ?? 0);
    expect(bars.map(({ spike }) => spike)).toEqual([true, false, false]);
  });

  it('stays within its frame, whatever the values', () => {
    for (const values of [
      [5],
      [0, 0],
      [Number.MAX_VALUE, 1e-300],
      Array.from({ length: 40 }, (_, i) => 1 / (i + 1)),
      [],
    ]) {
      const { bars, edge } = spectrumPicture({ values, edge: 1e-3, spikes: 1 });
      for (const { left, width, height } of bars) {
        expect(left).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(1);
        expect(height).toBeGreaterThan(0);
        expect(height).toBeLessThanOrEqual(1);
      }
      expect(edge).toBeGreaterThan(0);
      expect(edge).toBeLessThanOrEqual(1);
    }
  });

  it('draws no edge where there is no noise', () => {
    expect(spectrumPicture({ values: [1], edge: null, spikes: 0 }).edge).toBeNull();
    expect(spectrumPicture({ values: [1], edge: 0, spikes: 0 }).edge).toBeNull();
  });
});
