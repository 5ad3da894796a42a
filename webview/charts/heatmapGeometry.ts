import type { Cell } from './matrix.ts';

/** Where the cells of a scrolled heatmap lie. All lengths are CSS pixels. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** The labels' room: on the left for rows, on top for columns. It does not scroll away. */
  readonly gutterLeft: number;
  readonly gutterTop: number;
}

/** What of the content is seen: where it is scrolled to, and the size of the window on it, gutters included. */
export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The rows and columns that are seen at least in part: from first to before last. */
export interface Visible {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** Smallest cell that can be pointed at, and largest that still reads as a picture. */
const least = { width: 12, height: 12 };
const most = { width: 64, height: 30 };
const zoomedMost = 96;

/** Cells that fill the window where they can, within what can be pointed at; then scaled by `zoom`. */
export function fitCells(
  { rows, columns }: Pick<Grid, 'rows' | 'columns'>,
  room: { readonly width: number; readonly height: number },
  zoom: number,
): Pick<Grid, 'cellWidth' | 'cellHeight'> {
  const fitted = (available: number, count: number, low: number, high: number) =>
    Math.min(
      zoomedMost,
      Math.max(3, zoom * Math.min(high, Math.max(low, Math.floor(available / Math.max(1, count))))),
    );
  return {
    cellWidth: fitted(room.width, columns, least.width, most.width),
    cellHeight: fitted(room.height, rows, least.height, most.height),
  };
}

export function contentSize(grid: Grid): { readonly width: number; readonly height: number } {
  return {
    width: grid.gutterLeft + grid.columns * grid.cellWidth,
    height: grid.gutterTop + grid.rows * grid.cellHeight,
  };
}

export function visibleCells(grid: Grid, { left, top, width, height }: Viewport): Visible {
  const across = clampedRange(left, width - grid.gutterLeft, grid.cellWidth, grid.columns);
  const down = clampedRange(top, height - grid.gutterTop, grid.cellHeight, grid.rows);
  return { firstRow: down[0], lastRow: down[1], firstColumn: across[0], lastColumn: across[1] };
}

function clampedRange(from: number, length: number, size: number, count: number): [number, number] {
  const first = Math.max(0, Math.floor(from / size));
  const last = Math.min(count, Math.ceil((from + Math.max(0, length)) / size));
  return [Math.min(first, last), last];
}

/** The cell under a point of the window; undefined in the gutters and beyond the last cell. */
export function cellAt(grid: Grid, viewport: Viewport, x: number, y: number): Cell | undefined {
  if (x < grid.gutterLeft || y < grid.gutterTop) return undefined;
  const column = Math.floor((x - grid.gutterLeft + viewport.left) / grid.cellWidth);
  const row = Math.floor((y - grid.gutterTop + viewport.top) / grid.cellHeight);
  return row < grid.rows && column < grid.columns ? { row, column } : undefined;
}

/** A cell's upper left corner in the window; it may lie outside of it or below a gutter. */
export function cornerOf(grid: Grid, viewport: Viewport, { row, column }: Cell): { x: number; y: number } {
  return {
    x: grid.gutterLeft + column * grid.cellWidth - viewport.left,
    y: grid.gutterTop + row * grid.cellHeight - viewport.top,
  };
}

/** Where to scroll to so that the whole cell is seen; where it is already, nothing moves. */
export function scrollTo(grid: Grid, viewport: Viewport, cell: Cell): { left: number; top: number } {
  const along = (at: number, size: number, from: number, length: number) =>
    Math.min(at, Math.max(from, at + size - length));
  return {
    left: along(
      cell.column * grid.cellWidth,
      grid.cellWidth,
      viewport.left,
      viewport.width - grid.gutterLeft,
    ),
    top: along(cell.row * grid.cellHeight, grid.cellHeight, viewport.top, viewport.height - grid.gutterTop),
  };
}

/** The neighbour that an arrow key, Home, End or a page key leads to, within the grid; undefined for other keys. */
export function moved(
  { rows, columns }: Pick<Grid, 'rows' | 'columns'>,
  { row, column }: Cell,
  key: string,
): Cell | undefined {
  const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  switch (key) {
    case 'ArrowLeft':
      return { row, column: within(column - 1, columns) };
    case 'ArrowRight':
      return { row, column: within(column + 1, columns) };
    case 'ArrowUp':
      return { row: within(row - 1, rows), column };
    case 'ArrowDown':
      return { row: within(row + 1, rows), column };
    case 'PageUp':
      return { row: within(row - 10, rows), column };
    case 'PageDown':
      return { row: within(row + 10, rows), column };
    case 'Home':
      return { row, column: 0 };
    case 'End':
      return { row, column: columns - 1 };
    default:
      return undefined;
  }
}
