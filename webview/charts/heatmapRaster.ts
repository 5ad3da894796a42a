import type { ColourScale } from './colourScale.ts';
import type { Matrix } from './matrix.ts';
import { channels, type Ramp, rampStep, rampTable } from './ramps.ts';

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
  // a pixel is one number of four bytes, in the machine's order as the table's are
  const table = new Uint32Array(rampTable(ramp).buffer);
  const [mark = 0] = new Uint32Array(Uint8ClampedArray.of(...channels(markColour), 255).buffer);
  const pixels = new ImageData(Math.max(1, columns), Math.max(1, rows));
  const into = new Uint32Array(pixels.data.buffer);
  let marks = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? Number.NaN;
    const finite = Number.isFinite(value);
    if (!finite) marks++;
    into[index] = finite ? (table[rampStep(scale.place(value))] ?? 0) : mark;
  }
  const image = new OffscreenCanvas(pixels.width, pixels.height);
  image.getContext('2d')?.putImageData(pixels, 0, 0);
  return { image, matrix, marks };
}
