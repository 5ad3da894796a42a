import type { ColourScale } from './colourScale.ts';
import type { Matrix } from './matrix.ts';
import { channels, type Ramp, rampOffset, rampTable } from './ramps.ts';

/** A heatmap's colours, one pixel a cell. Painting any part of it at any size is one stretched copy. */
export interface Raster {
  readonly image: OffscreenCanvas;
  readonly matrix: Matrix;
  /** How many values are NaN or infinite: these get marks besides. */
  readonly marks: number;
}

/** @param markColour of cells without a finite value, as `rgb(...)` or `#rrggbb` */
export function rasterOf(matrix: Matrix, scale: ColourScale, ramp: Ramp, markColour: string): Raster {
  const { rows, columns, values } = matrix;
  const table = rampTable(ramp);
  const mark = [...channels(markColour), 255];
  const pixels = new ImageData(Math.max(1, columns), Math.max(1, rows));
  let marks = 0;
  for (const [index, value] of values.entries()) {
    if (Number.isFinite(value)) {
      const from = rampOffset(scale.place(value));
      pixels.data.set(table.subarray(from, from + 4), index * 4);
    } else {
      marks++;
      pixels.data.set(mark, index * 4);
    }
  }
  const image = new OffscreenCanvas(pixels.width, pixels.height);
  image.getContext('2d')?.putImageData(pixels, 0, 0);
  return { image, matrix, marks };
}
