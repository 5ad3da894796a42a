import { cornerOf, type Visible, visibleCells } from './heatmapGeometry.ts';
import { paintColumnLabels, paintRowLabels } from './heatmapLabels.ts';
import type { HeatmapScene } from './heatmapScene.ts';
import { type Cell, valueAt } from './matrix.ts';
import { isBright } from './ramps.ts';

/** Cells from this size on have lines between them, and room for their value. */
const lineRoom = 16;
const textRoom = { width: 38, height: 16 };

/** Draws the cells that are seen, with marks where a value is not finite, and the labels beside them. */
export function paintHeatmap(scene: HeatmapScene): void {
  const { context, grid, viewport } = scene;
  const visible = visibleCells(grid, viewport);
  if (visible.lastRow <= visible.firstRow || visible.lastColumn <= visible.firstColumn) return;
  context.save();
  context.beginPath();
  context.rect(grid.gutterLeft, grid.gutterTop, viewport.width, viewport.height);
  context.clip();
  paintColours(scene, visible);
  paintMarks(scene, visible);
  if (grid.cellWidth >= textRoom.width && grid.cellHeight >= textRoom.height) paintValues(scene, visible);
  context.restore();
  paintRowLabels(scene, visible);
  paintColumnLabels(scene, visible);
}

function paintColours({ context, picture, grid, viewport, theme }: HeatmapScene, visible: Visible): void {
  const { firstRow, firstColumn } = visible;
  const [rows, columns] = [visible.lastRow - firstRow, visible.lastColumn - firstColumn];
  const { x, y } = cornerOf(grid, viewport, { row: firstRow, column: firstColumn });
  const [width, height] = [columns * grid.cellWidth, rows * grid.cellHeight];
  context.imageSmoothingEnabled = false;
  context.drawImage(picture.raster.image, firstColumn, firstRow, columns, rows, x, y, width, height);
  if (Math.min(grid.cellWidth, grid.cellHeight) < lineRoom) return;
  context.fillStyle = theme.background;
  for (let row = 1; row < rows; row++) context.fillRect(x, y + row * grid.cellHeight - 0.5, width, 1);
  for (let column = 1; column < columns; column++) {
    context.fillRect(x + column * grid.cellWidth - 0.5, y, 1, height);
  }
}

/** Visits the cells that are seen, with the upper left corner of each. */
function eachVisible(
  { grid, viewport }: HeatmapScene,
  { firstRow, lastRow, firstColumn, lastColumn }: Visible,
  visit: (cell: Cell, x: number, y: number) => void,
): void {
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      const { x, y } = cornerOf(grid, viewport, { row, column });
      visit({ row, column }, x, y);
    }
  }
}

/** A cross for NaN, an arrowhead up or down for an infinity: shapes, as their colour may be another cell's. */
function paintMarks(scene: HeatmapScene, visible: Visible): void {
  const { context, picture, grid, theme } = scene;
  if (picture.raster.marks === 0) return;
  const arm = Math.min(grid.cellWidth, grid.cellHeight) / 2 - 2.5;
  context.strokeStyle = theme.background;
  context.lineWidth = 1.5;
  eachVisible(scene, visible, (cell, left, top) => {
    const value = valueAt(picture.raster.matrix, cell);
    if (Number.isFinite(value)) return;
    const [x, y] = [left + grid.cellWidth / 2, top + grid.cellHeight / 2];
    context.beginPath();
    if (Number.isNaN(value)) {
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x + arm, y - arm);
      context.lineTo(x - arm, y + arm);
    } else {
      const up = (value > 0 ? arm : -arm) / 2;
      context.moveTo(x - arm, y + up);
      context.lineTo(x, y - up);
      context.lineTo(x + arm, y + up);
    }
    context.stroke();
  });
}

function paintValues(scene: HeatmapScene, visible: Visible): void {
  const { context, picture, grid, theme } = scene;
  context.font = `${Math.min(theme.fontSize - 2, grid.cellHeight * 0.6)}px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  eachVisible(scene, visible, (cell, left, top) => {
    const value = valueAt(picture.raster.matrix, cell);
    if (!Number.isFinite(value)) return;
    context.fillStyle = isBright(picture.colour(value)) ? '#111111' : '#f5f5f5';
    // a long value is drawn narrower rather than into the next cell
    const [x, y] = [left + grid.cellWidth / 2, top + grid.cellHeight / 2 + 0.5];
    context.fillText(picture.text(value), x, y, grid.cellWidth - 4);
  });
}
