import { type Line, type LineChart, type LineGeometry, lineGeometry } from './lineChart.ts';
import type { ChartTheme } from './theme.ts';
import type { Size } from './useSize.ts';

/** Draws the axes, the mark, and the lines with a dot at every value. */
export function paintLines(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  chart: LineChart,
  size: Size,
  theme: ChartTheme,
): void {
  const geometry = lineGeometry(chart, size);
  context.font = `${theme.fontSize - 2}px ${theme.font}`;
  context.lineWidth = 1;
  paintAxes(context, chart, geometry, theme);
  if (chart.mark !== null) paintMark(context, chart.mark, geometry, theme);
  for (const line of chart.lines) paintLine(context, chart, line, geometry, theme);
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function paintAxes(context: Context, chart: LineChart, geometry: LineGeometry, theme: ChartTheme): void {
  const { left, right, top, bottom, x, y, xTicks, yTicks } = geometry;
  context.strokeStyle = theme.foreground;
  context.fillStyle = theme.muted;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { value, text } of yTicks) {
    const at = Math.round(y(value)) + 0.5;
    // themes of high contrast have no line that recedes
    context.globalAlpha = 0.25;
    stroke(context, left, at, right, at);
    context.globalAlpha = 1;
    context.fillText(text, left - 6, at);
  }
  context.textAlign = 'center';
  for (const tick of xTicks) context.fillText(String(tick), x(tick), bottom + 10);
  context.fillText(chart.xLabel, (left + right) / 2, bottom + 26);
  context.save();
  context.translate(9, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(chart.yLabel, 0, 0);
  context.restore();
}

function paintMark(
  context: Context,
  mark: NonNullable<LineChart['mark']>,
  { left, right, top, bottom, x }: LineGeometry,
  theme: ChartTheme,
): void {
  const at = Math.round(x(mark.x)) + 0.5;
  context.strokeStyle = theme.foreground;
  context.setLineDash([2, 3]);
  stroke(context, at, top, at, bottom);
  context.setLineDash([]);
  const fitsRight = at + context.measureText(mark.label).width + 8 < right || at < (left + right) / 2;
  context.fillStyle = theme.foreground;
  context.textAlign = fitsRight ? 'left' : 'right';
  context.fillText(mark.label, at + (fitsRight ? 5 : -5), bottom - 8);
}

function paintLine(
  context: Context,
  { x: numbers }: LineChart,
  { series, dashed, values }: Line,
  { x, y }: LineGeometry,
  theme: ChartTheme,
): void {
  const colour = theme.series[series % theme.series.length] ?? theme.foreground;
  const points = values.map((value, index) => ({ x: x(numbers[index] ?? Number.NaN), y: y(value) }));
  context.strokeStyle = colour;
  context.fillStyle = dashed ? theme.background : colour;
  context.lineWidth = 1.75;
  context.setLineDash(dashed ? [5, 4] : []);
  context.beginPath();
  let drawing = false;
  for (const point of points) {
    const finite = Number.isFinite(point.x) && Number.isFinite(point.y);
    if (finite && drawing) context.lineTo(point.x, point.y);
    else if (finite) context.moveTo(point.x, point.y);
    drawing = finite;
  }
  context.stroke();
  context.setLineDash([]);
  context.lineWidth = 1.25;
  for (const point of points) {
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) continue;
    context.beginPath();
    context.arc(point.x, point.y, points.length > 60 ? 1 : 2.25, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.lineWidth = 1;
}

function stroke(context: Context, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
