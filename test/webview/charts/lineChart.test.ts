import { describe, expect, it } from 'vitest';
import { type LineChart, lineGeometry } from '../../../webview/charts/lineChart.ts';

const chart = (x: number[], values: number[]): LineChart => ({
  xLabel: 'step',
  yLabel: 'nats',
  x,
  lines: [{ name: 'a', series: 0, dashed: false, values }],
  mark: null,
});

describe('the geometry of a line chart', () => {
  it('holds 0 and all values, ends at round numbers, and has larger values above', () => {
    const { y, top, bottom, yTicks } = lineGeometry(chart([0, 1, 2], [19.9, 8, 0.1]), {
      width: 400,
      height: 220,
    });
    expect(y(0)).toBe(bottom);
    expect(y(20)).toBe(top);
    expect(y(19.9)).toBeGreaterThanOrEqual(top);
    expect(yTicks.map(({ text }) => text)).toEqual(['0', '5', '10', '15', '20']);
  });

  it('holds negative values below 0', () => {
    const { y, top, bottom } = lineGeometry(chart([0, 1], [-12, -3]), { width: 400, height: 220 });
    expect(y(0)).toBe(top);
    expect(y(-12)).toBeLessThanOrEqual(bottom);
  });

  it('numbers layers and steps with whole numbers, and stands a single value in the middle', () => {
    const { xTicks } = lineGeometry(chart([0, 1, 2], [1, 2, 3]), { width: 900, height: 220 });
    expect(xTicks).toEqual([0, 1, 2]);
    const single = lineGeometry(chart([4], [1]), { width: 400, height: 220 });
    expect(single.x(4)).toBeCloseTo((single.left + single.right) / 2);
  });

  it('survives lines without any value, as before the first step', () => {
    const { yTicks } = lineGeometry(chart([], []), { width: 0, height: 0 });
    expect(yTicks.every(({ value }) => Number.isFinite(value))).toBe(true);
  });
});
