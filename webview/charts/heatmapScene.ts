import type { Grid, Viewport } from './heatmapGeometry.ts';
import type { Raster } from './heatmapRaster.ts';
import type { ChartTheme } from './theme.ts';

/** What a heatmap looks like, wherever it is drawn. */
export interface HeatmapPicture {
  readonly raster: Raster;
  readonly columnLabels: readonly string[];
  readonly rowLabel: (row: number) => string;
  /** The colour of a finite value, and the value as the cell shows it where there is room. */
  readonly colour: (value: number) => string;
  readonly text: (value: number) => string;
}

/** A part of a heatmap, and where it is drawn. */
export interface HeatmapScene {
  readonly context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  readonly picture: HeatmapPicture;
  readonly grid: Grid;
  readonly viewport: Viewport;
  readonly theme: ChartTheme;
}
