import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { Grid } from '../../charts/heatmapGeometry.ts';
import { paintHeatmap } from '../../charts/heatmapPainter.ts';
import { rasterOf } from '../../charts/heatmapRaster.ts';
import { rampFor } from '../../charts/ramps.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import { activationMaps } from '../activations/activationMaps.ts';
import { magnitude, round, visibleToken } from '../format.ts';
import type { View } from '../savedView.ts';
import type { ReportPicture } from './reportDocument.ts';

/** In CSS pixels; heatmaps of long prompts get narrower cells, down to one pixel. */
const widest = 2400;
const gutter = { gutterLeft: 34, gutterTop: 64 };
const legend = { height: 46, width: 320 };

/** The heatmaps that the view shows as whole pictures, each with its legend. */
export function mapPictures(
  comparison: ActivationComparison,
  { stream, shown, spread }: View['map'],
  changed: boolean,
): ReportPicture[] {
  const { maps, scale, legend: label } = activationMaps(comparison, { stream, shown, spread });
  const labels = comparison.tokens.map(({ text }) => visibleToken(text));
  const visible = changed ? maps : maps.slice(0, 1);
  return visible.map(({ title, matrix }) => {
    const { rows, columns } = matrix;
    const cellWidth = Math.max(
      1,
      Math.min(48, Math.floor((widest - gutter.gutterLeft) / Math.max(1, columns))),
    );
    const grid: Grid = { rows, columns, cellWidth, cellHeight: 20, ...gutter };
    const width = Math.max(legend.width + 60, gutter.gutterLeft + columns * cellWidth + 60);
    const height = gutter.gutterTop + rows * grid.cellHeight + legend.height;
    const paint = (context: OffscreenCanvasRenderingContext2D, theme: ChartTheme) => {
      const ramp = rampFor(scale.diverging, theme.dark);
      const raster = rasterOf(matrix, scale, ramp, theme.error);
      const picture = {
        raster,
        columnLabels: labels,
        rowLabel: String,
        colour: (value: number) => ramp(scale.place(value)),
        text: magnitude,
      };
      const viewport = { left: 0, top: 0, width, height: height - legend.height };
      paintHeatmap({ context, picture, grid, viewport, theme });
      const top = height - legend.height + 14;
      for (let x = 0; x < legend.width; x++) {
        context.fillStyle = ramp(x / (legend.width - 1));
        context.fillRect(gutter.gutterLeft + x, top, 1, 10);
      }
      context.font = `${theme.fontSize - 2}px ${theme.font}`;
      context.fillStyle = theme.muted;
      context.textBaseline = 'top';
      context.textAlign = 'center';
      for (const tick of scale.ticks) {
        context.fillText(round(tick), gutter.gutterLeft + scale.place(tick) * legend.width, top + 13);
      }
      context.textAlign = 'left';
      context.fillText(label, gutter.gutterLeft + legend.width + 8, top);
    };
    return { type: 'picture', title, width, height, paint };
  });
}
