import { scaleLinear } from 'd3-scale';
import { extent } from './matrix.ts';
import type { Size } from './useSize.ts';

export interface Line {
  readonly name: string;
  /** Place among the theme's series, and whether the line is dashed: colour alone does not tell lines apart. */
  readonly series: number;
  readonly dashed: boolean;
  /** By the numbers on the x axis; what is not finite leaves a gap. */
  readonly values: readonly number[];
}

export interface LineChart {
  readonly xLabel: string;
  readonly yLabel: string;
  /** Numbers on the x axis, one for each value of every line. */
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  /** A place on the x axis worth a word; null without one. */
  readonly mark: { readonly x: number; readonly label: string } | null;
}

export interface LineGeometry {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly { readonly value: number; readonly text: string }[];
}

const margin = { left: 58, right: 14, top: 12, bottom: 34 };

/** Where a chart's points lie, in CSS pixels. The y axis holds 0 and ends at round numbers. */
export function lineGeometry({ x, lines }: LineChart, { width, height }: Size): LineGeometry {
  const frame = {
    left: margin.left,
    right: Math.max(margin.left + 1, width - margin.right),
    top: margin.top,
    bottom: Math.max(margin.top + 1, height - margin.bottom),
  };
  const { low, high } = extent(lines.flatMap(({ values }) => [...values]));
  const across = extent(x);
  const domain = [Math.min(0, low), high > 0 || low < 0 ? Math.max(0, high) : 1];
  const yScale = scaleLinear().domain(domain).range([frame.bottom, frame.top]).nice(4);
  const xDomain =
    across.low === across.high ? [across.low - 0.5, across.high + 0.5] : [across.low, across.high];
  const xScale = scaleLinear().domain(xDomain).range([frame.left, frame.right]);
  const ticks = 4;
  const format = yScale.tickFormat(ticks);
  const most = Math.max(2, Math.floor((frame.right - frame.left) / 48));
  return {
    ...frame,
    x: (value) => xScale(value),
    y: (value) => yScale(value),
    xTicks: xScale.ticks(Math.min(most, 12)).filter((tick) => Number.isInteger(tick)),
    yTicks: yScale.ticks(ticks).map((value) => ({ value, text: format(value) })),
  };
}
