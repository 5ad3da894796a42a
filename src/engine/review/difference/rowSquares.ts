import { cutOf, segmentOf } from './blocks.ts';
import type { TensorPair } from './pairs.ts';

/** Of segments smaller than the usual one in their row, what they are held against: types share scales within a row. */
export const minSegment = 1 / 4;

/** ‖D‖² and ‖W‖² of every row of a pair, gathered block by block. Memory: 20 bytes a row. */
export class RowSquares {
  /** ‖D‖² and ‖W‖² of each row, W the base's. Shape [rows] */
  readonly difference: Float64Array;
  readonly base: Float64Array;
  /** The largest ‖D‖² / ‖W‖² among a row's segments. Shape [rows] */
  readonly worstSegment: Float32Array;
  /** ‖W‖² of each segment's columns. Shape [segments of a row] */
  readonly #columns: Float64Array;
  readonly #length: number;

  constructor(pair: TensorPair) {
    const { columns, rows } = cutOf(pair);
    this.difference = new Float64Array(rows);
    this.base = new Float64Array(rows);
    this.worstSegment = new Float32Array(rows);
    this.#length = segmentOf(columns);
    this.#columns = new Float64Array(columns / this.#length);
  }

  /** @param base, difference ‖·‖² of the segments of some rows. Shapes [rows x segments of a row] */
  add(firstRow: number, rows: number, base: Float32Array, difference: Float32Array): void {
    const columns = this.#columns;
    const count = columns.length;
    for (let row = 0; row < rows; row++) {
      let squares = 0;
      let baseSquares = 0;
      const end = (row + 1) * count;
      for (let i = row * count; i < end; i++) {
        const square = base[i] as number;
        squares += difference[i] as number;
        baseSquares += square;
        columns[i - row * count] = (columns[i - row * count] as number) + square;
      }
      this.difference[firstRow + row] = squares;
      this.base[firstRow + row] = baseSquares;
      const least = (minSegment ** 2 * baseSquares) / count;
      let worst = 0;
      for (let i = row * count; i < end && squares > 0; i++) {
        worst = Math.max(worst, (difference[i] as number) / Math.max(base[i] as number, least));
      }
      this.worstSegment[firstRow + row] = worst;
    }
  }

  /**
   * The largest singular value of noise that is as large as the weights around it: the largest row and the largest
   * column together (Bandeira and van Handel 2016). Of weights of one size it is the edge of Marchenko and Pastur.
   */
  noiseEdge(): number {
    const largest = (squares: Float64Array) => Math.sqrt(squares.reduce((most, x) => Math.max(most, x), 0));
    return largest(this.base) + largest(this.#columns) / Math.sqrt(this.#length);
  }
}
