import type { VNode } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { Canvas } from './Canvas.tsx';
import type { ColourScale } from './colourScale.ts';
import { paintCursors } from './heatmapCursors.ts';
import {
  cellAt,
  contentSize,
  fitCells,
  type Grid,
  moved,
  scrollTo,
  type Viewport,
} from './heatmapGeometry.ts';
import { paintHeatmap } from './heatmapPainter.ts';
import { rasterOf } from './heatmapRaster.ts';
import type { HeatmapPicture } from './heatmapScene.ts';
import type { Cell, Matrix } from './matrix.ts';
import { rampFor } from './ramps.ts';
import { useScrolling } from './scrollTogether.ts';
import { useTheme } from './theme.ts';
import { useSize } from './useSize.ts';

export interface HeatmapProps {
  /** What it shows, for screen readers; the values themselves are read out as the cursor moves. */
  readonly label: string;
  readonly matrix: Matrix;
  readonly scale: ColourScale;
  readonly columnLabels: readonly string[];
  readonly rowLabel: (row: number) => string;
  /** Room for the rows' labels, in CSS pixels. */
  readonly gutterLeft: number;
  readonly text: (value: number) => string;
  readonly zoom: number;
  readonly hovered: Cell | undefined;
  readonly pinned: Cell | undefined;
  readonly onHover: (cell: Cell | undefined) => void;
  readonly onPin: (cell: Cell | undefined) => void;
}

const gutterTop = 72;
/** By so much the slanted label of the last column leans over the cells, in CSS pixels. */
const overhang = 26;

/**
 * Rows × columns as colours. Two canvases fill the window on it, however large it is: the cells, drawn when something
 * of them changes, and the cursors above them. Arrow keys move the cursor, Enter pins, Escape unpins.
 */
export function Heatmap(props: HeatmapProps): VNode {
  const { label, matrix, scale, columnLabels, rowLabel, gutterLeft, text, zoom } = props;
  const { hovered, pinned, onHover, onPin } = props;
  const theme = useTheme();
  const window = useRef<HTMLDivElement>(null);
  const size = useSize(window);
  const [scrolled, setScrolled] = useState({ left: 0, top: 0 });
  const scroller = useScrolling(window, setScrolled);
  const { rows, columns } = matrix;

  const grid = useMemo((): Grid => {
    const room = { width: size.width - gutterLeft - overhang, height: size.height - gutterTop };
    return { rows, columns, gutterLeft, gutterTop, ...fitCells({ rows, columns }, room, zoom) };
  }, [rows, columns, size, zoom, gutterLeft]);
  const content = contentSize(grid);
  const viewport = useMemo((): Viewport => ({ ...scrolled, ...size }), [scrolled, size]);

  const picture = useMemo((): HeatmapPicture => {
    const ramp = rampFor(scale.diverging, theme.dark);
    const raster = rasterOf(matrix, scale, ramp, theme.error);
    return { raster, columnLabels, rowLabel, colour: (value) => ramp(scale.place(value)), text };
  }, [matrix, scale, theme, columnLabels, rowLabel, text]);
  const paintCells = useCallback(
    (context: CanvasRenderingContext2D) => paintHeatmap({ context, picture, grid, viewport, theme }),
    [picture, grid, viewport, theme],
  );
  const paintFrames = useCallback(
    (context: CanvasRenderingContext2D) => paintCursors(context, { hovered, pinned }, grid, viewport, theme),
    [hovered, pinned, grid, viewport, theme],
  );

  const pointed = ({ clientX, clientY }: PointerEvent | MouseEvent): Cell | undefined => {
    const box = window.current?.getBoundingClientRect();
    return box && cellAt(grid, viewport, clientX - box.left, clientY - box.top);
  };
  const show = (cell: Cell) => {
    onHover(cell);
    scroller(scrollTo(grid, viewport, cell));
  };
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = hovered ?? pinned;
    const to = from === undefined ? { row: 0, column: 0 } : moved(grid, from, event.key);
    if (event.key === 'Enter' || event.key === ' ') onPin(from);
    else if (event.key === 'Escape') onPin(undefined);
    else if (to !== undefined && event.key !== 'Tab') show(to);
    else return;
    event.preventDefault();
  };

  return (
    <div
      ref={window}
      class="heatmap"
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application is interactive, and takes the arrow keys
      tabIndex={0}
      onKeyDown={press}
      onPointerMove={(event) => onHover(pointed(event))}
      onPointerLeave={() => onHover(undefined)}
      onClick={(event) => onPin(pointed(event))}
    >
      <div class="heatmap-content" style={{ width: `${content.width}px`, height: `${content.height}px` }}>
        <div class="heatmap-window">
          <Canvas width={size.width} height={size.height} paint={paintCells} />
          <Canvas width={size.width} height={size.height} paint={paintFrames} />
        </div>
      </div>
    </div>
  );
}
