import { cornerOf, type Grid, type Viewport } from './heatmapGeometry.ts';
import type { Cell } from './matrix.ts';
import type { ChartTheme } from './theme.ts';

interface Cursors {
  readonly hovered: Cell | undefined;
  readonly pinned: Cell | undefined;
}

/** Frames the cell that is pointed at and the one that is pinned, over the heatmap. */
export function paintCursors(
  context: CanvasRenderingContext2D,
  { hovered, pinned }: Cursors,
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
    // a line of the background's colour around it, so that it is seen on every colour of the map
    for (const [lineWidth, strokeStyle] of [
      [width + 2, theme.background],
      [width, colour],
    ] as const) {
      context.lineWidth = lineWidth;
      context.strokeStyle = strokeStyle;
      context.strokeRect(x + 0.5, y + 0.5, grid.cellWidth - 1, grid.cellHeight - 1);
    }
  };
  frame(hovered, 1, theme.foreground);
  frame(pinned, 2, theme.focus);
  context.restore();
}
