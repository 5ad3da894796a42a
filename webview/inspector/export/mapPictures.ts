import { magnitude, round } from '../../../src/text/numbers.ts';
import type { Grid } from '../../charts/heatmapGeometry.ts';
import { paintHeatmap } from '../../charts/heatmapPainter.ts';
import { rasterOf } from '../../charts/heatmapRaster.ts';
import { rampFor } from '../../charts/ramps.ts';
import type { ChartTheme } from '../../charts/theme.ts';
import type { Axes } from '../maps/axes.ts';
import type { DrawnMaps } from '../maps/drawnMaps.ts';
import type { ReportPicture } from './reportDocument.ts';

/** In CSS pixels; heatmaps of long prompts get narrower cells, down to one pixel. */
const widest = 2400;
const gutterTop = 64;
const legend = { height: 46, width: 320 };

/** The heatmaps that a view shows as whole pictures, each with its legend. */
export function mapPictures(
  { maps, scale, legend: label }: DrawnMaps,
  { columnLabels, rowLabel, gutterLeft }: Axes,
): ReportPicture[] {
  return maps.map(({ title, matrix }) => {
    const { rows, columns } = matrix;
    const cellWidth = Math.max(1, Math.min(48, Math.floor((widest - gutterLeft) / Math.max(1, columns))));
    // as many rows as a prompt has tokens, where tokens run down
    const cellHeight = Math.max(1, Math.min(20, Math.floor(widest / Math.max(1, rows))));
    const grid: Grid = { rows, columns, cellWidth, cellHeight, gutterLeft, gutterTop };
    const width = Math.max(legend.width + 60, gutterLeft + columns * cellWidth + 60);
    const height = gutterTop + rows * grid.cellHeight + legend.height;
    const paint = (context: OffscreenCanvasRenderingContext2D, theme: ChartTheme) => {
      const ramp = rampFor(scale.diverging, theme.dark);
      const raster = rasterOf(matrix, scale, ramp, theme.error);
      const picture = {
        raster,
        columnLabels,
        rowLabel,
        colour: (value: number) => ramp(scale.place(value)),
        text: magnitude,
      };
      const viewport = { left: 0, top: 0, width, height: height - legend.height };
      paintHeatmap({ context, picture, grid, viewport, theme });
      const top = height - legend.height + 14;
      for (let x = 0; x < legend.width; x++) {
        context.fillStyle = ramp(x / (legend.width - 1));
        context.fillRect(gutterLeft + x, top, 1, 10);
      }
      context.font = `${theme.fontSize - 2}px ${theme.font}`;
      context.fillStyle = theme.muted;
      context.textBaseline = 'top';
      context.textAlign = 'center';
      for (const tick of scale.ticks) {
        context.fillText(round(tick), gutterLeft + scale.place(tick) * legend.width, top + 13);
      }
      context.textAlign = 'left';
      context.fillText(label, gutterLeft + legend.width + 8, top);
    };
    return { type: 'picture', title, width, height, paint };
  });
}
