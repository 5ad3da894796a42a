import { cornerOf, type Visible } from './heatmapGeometry.ts';
import type { HeatmapScene } from './heatmapScene.ts';

/** Slant of column labels, so that they fit over narrow columns. */
const slant = -Math.PI / 3.2;
/** In characters; what is cut off is in the readout. */
const maxLength = 14;
/** Columns that the longest label reaches over. */
const reach = 6;
/** Between a label and its cell, in CSS pixels. */
const gap = 6;

/** Labels every row, or every few where rows are narrower than letters are high. */
export function paintRowLabels(
  { context, picture, grid, viewport, theme }: HeatmapScene,
  { firstRow, lastRow }: Visible,
): void {
  context.save();
  context.beginPath();
  context.rect(0, grid.gutterTop, grid.gutterLeft, viewport.height - grid.gutterTop);
  context.clip();
  context.font = `${theme.fontSize - 2}px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const every = Math.ceil((theme.fontSize + 1) / grid.cellHeight);
  for (let row = firstRow; row < lastRow; row++) {
    if (row % every !== 0) continue;
    const { y } = cornerOf(grid, viewport, { row, column: 0 });
    context.fillText(picture.rowLabel(row), grid.gutterLeft - gap, y + grid.cellHeight / 2);
  }
  context.restore();
}

/** Labels columns on a slant. Those to the left of the window reach into it and are drawn as well. */
export function paintColumnLabels(
  { context, picture, grid, viewport, theme }: HeatmapScene,
  { firstColumn, lastColumn }: Visible,
): void {
  context.save();
  context.beginPath();
  context.rect(grid.gutterLeft, 0, viewport.width - grid.gutterLeft, grid.gutterTop);
  context.clip();
  context.font = `${theme.fontSize - 2}px ${theme.mono}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const every = Math.ceil((theme.fontSize + 1) / grid.cellWidth);
  for (let column = Math.max(0, firstColumn - reach); column < lastColumn; column++) {
    if (column % every !== 0) continue;
    const label = picture.columnLabels[column] ?? '';
    const { x } = cornerOf(grid, viewport, { row: 0, column });
    context.save();
    context.translate(x + grid.cellWidth / 2, grid.gutterTop - gap);
    context.rotate(slant);
    context.fillText(label.length > maxLength ? `${label.slice(0, maxLength - 1)}…` : label, 0, 0);
    context.restore();
  }
  context.restore();
}
