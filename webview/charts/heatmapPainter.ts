import { cornerOf, type Grid, type Viewport, visibleCells } from './heatmapGeometry.ts';
import type { Raster } from './heatmapRaster.ts';
import { type Cell, valueAt } from './matrix.ts';
import { isBright } from './ramps.ts';
import type { ChartTheme } from './theme.ts';

export interface HeatmapPicture {
  readonly raster: Raster;
  readonly columnLabels: readonly string[];
  readonly rowLabel: (row: number) => string;
  /** The colour of a finite value, and the value as the cell shows it where there is room. */
  readonly colour: (value: number) => string;
  readonly text: (value: number) => string;
}

/** Cells from this size on have room for their value. */
const textRoom = { width: 38, height: 16 };
/** Slant of column labels that are wider than their column. */
const slant = -Math.PI / 3.2;

/** Draws the cells that are seen, with marks where a value is not finite, and the labels beside them. */
export function paintHeatmap(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  picture: HeatmapPicture,
  grid: Grid,
  viewport: Viewport,
  theme: ChartTheme,
): void {
  const { firstRow, lastRow, firstColumn, lastColumn } = visibleCells(grid, viewport);
  const [rows, columns] = [lastRow - firstRow, lastColumn - firstColumn];
  if (rows <= 0 || columns <= 0) return;
  context.save();
  context.beginPath();
  context.rect(grid.gutterLeft, grid.gutterTop, viewport.width, viewport.height);
  context.clip();
  const { x, y } = cornerOf(grid, viewport, { row: firstRow, column: firstColumn });
  const [width, height] = [columns * grid.cellWidth, rows * grid.cellHeight];
  context.imageSmoothingEnabled = false;
  context.drawImage(picture.raster.image, firstColumn, firstRow, columns, rows, x, y, width, height);
  if (Math.min(grid.cellWidth, grid.cellHeight) >= 8) paintGaps();
  paintMarks();
  if (grid.cellWidth >= textRoom.width && grid.cellHeight >= textRoom.height) paintValues();
  context.restore();
  paintRowLabels();
  paintColumnLabels();

  function paintGaps(): void {
    context.fillStyle = theme.background;
    for (let row = 1; row < rows; row++) context.fillRect(x, y + row * grid.cellHeight - 0.5, width, 1);
    for (let column = 1; column < columns; column++) {
      context.fillRect(x + column * grid.cellWidth - 0.5, y, 1, height);
    }
  }

  function eachVisible(visit: (cell: Cell, x: number, y: number) => void): void {
    for (let row = firstRow; row < lastRow; row++) {
      for (let column = firstColumn; column < lastColumn; column++) {
        const corner = cornerOf(grid, viewport, { row, column });
        visit({ row, column }, corner.x, corner.y);
      }
    }
  }

  /** A cross for NaN, an arrowhead up or down for an infinity: shapes, as their colour may be another cell's. */
  function paintMarks(): void {
    if (picture.raster.marks.length === 0) return;
    context.strokeStyle = theme.background;
    context.lineWidth = 1.5;
    eachVisible((cell, left, top) => {
      const value = valueAt(picture.raster.matrix, cell);
      if (Number.isFinite(value)) return;
      const [middleX, middleY] = [left + grid.cellWidth / 2, top + grid.cellHeight / 2];
      const arm = Math.min(grid.cellWidth, grid.cellHeight) / 2 - 2.5;
      context.beginPath();
      if (Number.isNaN(value)) {
        context.moveTo(middleX - arm, middleY - arm);
        context.lineTo(middleX + arm, middleY + arm);
        context.moveTo(middleX + arm, middleY - arm);
        context.lineTo(middleX - arm, middleY + arm);
      } else {
        const up = value > 0 ? 1 : -1;
        context.moveTo(middleX - arm, middleY + (up * arm) / 2);
        context.lineTo(middleX, middleY - (up * arm) / 2);
        context.lineTo(middleX + arm, middleY + (up * arm) / 2);
      }
      context.stroke();
    });
  }

  function paintValues(): void {
    context.font = `${Math.min(theme.fontSize - 2, grid.cellHeight * 0.6)}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    eachVisible((cell, left, top) => {
      const value = valueAt(picture.raster.matrix, cell);
      if (!Number.isFinite(value)) return;
      context.fillStyle = isBright(picture.colour(value)) ? '#111111' : '#f5f5f5';
      context.fillText(picture.text(value), left + grid.cellWidth / 2, top + grid.cellHeight / 2 + 0.5);
    });
  }

  function paintRowLabels(): void {
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
      const corner = cornerOf(grid, viewport, { row, column: 0 });
      context.fillText(picture.rowLabel(row), grid.gutterLeft - 6, corner.y + grid.cellHeight / 2);
    }
    context.restore();
  }

  function paintColumnLabels(): void {
    context.save();
    context.beginPath();
    context.rect(grid.gutterLeft, 0, viewport.width - grid.gutterLeft, grid.gutterTop);
    context.clip();
    context.font = `${theme.fontSize - 2}px ${theme.mono}`;
    context.fillStyle = theme.muted;
    context.textBaseline = 'middle';
    const every = Math.ceil((theme.fontSize + 1) / grid.cellWidth);
    // a slanted label reaches over the columns to its right, so those to the left of the window are drawn as well
    for (let column = Math.max(0, firstColumn - 6); column < lastColumn; column++) {
      if (column % every !== 0) continue;
      const label = picture.columnLabels[column] ?? '';
      const corner = cornerOf(grid, viewport, { row: 0, column });
      context.save();
      context.translate(corner.x + grid.cellWidth / 2, grid.gutterTop - 6);
      context.rotate(slant);
      context.fillText(label.length > 14 ? `${label.slice(0, 13)}…` : label, 0, 0);
      context.restore();
    }
    context.restore();
  }
}

/** Frames the cell that is pointed at and the one that is pinned, over the heatmap. */
export function paintCursors(
  context: CanvasRenderingContext2D,
  cursors: { readonly hovered: Cell | undefined; readonly pinned: Cell | undefined },
  grid: Grid,
  viewport: Viewport,
  theme: ChartTheme,
): void {
  context.save();
  context.beginPath();
  context.rect(grid.gutterLeft - 1, grid.gutterTop - 1, viewport.width, viewport.height);
  context.clip();
  const frame = (cell: Cell | undefined, width: number, colour: string) => {
    if (cell === undefined) return;
    const { x, y } = cornerOf(grid, viewport, cell);
    context.strokeStyle = theme.background;
    context.lineWidth = width + 2;
    context.strokeRect(x + 0.5, y + 0.5, grid.cellWidth - 1, grid.cellHeight - 1);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x + 0.5, y + 0.5, grid.cellWidth - 1, grid.cellHeight - 1);
  };
  frame(cursors.hovered, 1, theme.foreground);
  frame(cursors.pinned, 2, theme.focus);
  context.restore();
}
