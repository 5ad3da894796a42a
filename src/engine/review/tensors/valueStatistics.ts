import type { Norms, ValueStatistics } from '../../../protocol/tensors.ts';

/** Bins of a histogram, and values of a profile of norms. */
const bins = 64;
const maxNorms = 256;
const topNorms = 8;

/**
 * Adds up what the values of a matrix are, some rows at a time: two passes, as the bins of the histogram lie between the
 * least and the largest value. Memory: 8 bytes a row and a column.
 */
export class ValueTally {
  readonly #rows: Float64Array;
  readonly #columns: Float64Array;
  readonly #counts = new Array<number>(bins).fill(0);
  #elements = 0;
  #zeros = 0;
  #notFinite = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #squares = 0;

  constructor(rows: number, columns: number) {
    this.#rows = new Float64Array(rows);
    this.#columns = new Float64Array(columns);
  }

  /** The first pass. @param values whole rows, the first of them row `firstRow` */
  add(firstRow: number, values: Float32Array): void {
    const columns = this.#columns.length;
    const count = values.length / columns;
    for (let row = 0; row < count; row++) {
      let squares = 0;
      for (let column = 0; column < columns; column++) {
        const value = values[row * columns + column] as number;
        if (!Number.isFinite(value)) {
          this.#notFinite++;
          continue;
        }
        if (value === 0) this.#zeros++;
        if (value < this.#min) this.#min = value;
        if (value > this.#max) this.#max = value;
        const square = value * value;
        this.#sum += value;
        squares += square;
        this.#columns[column] = (this.#columns[column] as number) + square;
      }
      this.#rows[firstRow + row] = squares;
      this.#squares += squares;
    }
    this.#elements += values.length;
  }

  /** The second pass, over the same values. */
  bin(values: Float32Array): void {
    const [low, width] = [this.#min, this.#max - this.#min];
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      const place = width > 0 ? Math.min(bins - 1, Math.floor(((value - low) / width) * bins)) : 0;
      this.#counts[place] = (this.#counts[place] as number) + 1;
    }
  }

  get allFinite(): boolean {
    return this.#notFinite === 0;
  }

  /** @param spectrum the leading singular values, where they were looked for */
  result(spectrum: readonly number[] | null): ValueStatistics {
    const finite = this.#elements - this.#notFinite;
    const mean = finite === 0 ? null : this.#sum / finite;
    const isMatrix = this.#rows.length > 1;
    return {
      elements: this.#elements,
      zeros: this.#zeros,
      notFinite: this.#notFinite,
      min: finite === 0 ? null : this.#min,
      max: finite === 0 ? null : this.#max,
      mean,
      deviation: mean === null ? null : Math.sqrt(Math.max(0, this.#squares / finite - mean * mean)),
      norm: Math.sqrt(this.#squares),
      histogram: finite === 0 ? null : { low: this.#min, high: this.#max, counts: this.#counts },
      rows: isMatrix ? normsOf(this.#rows) : null,
      columns: isMatrix ? normsOf(this.#columns) : null,
      spectrum: spectrum === null ? null : [...spectrum],
    };
  }
}

/** Norms from squares; of more than a picture has room for, the mean and the largest of neighbours. */
export function normsOf(squares: Float64Array): Norms {
  const norms = squares.map(Math.sqrt);
  const each = Math.ceil(norms.length / maxNorms);
  const [mean, largest]: [number[], number[]] = [[], []];
  for (let first = 0; first < norms.length; first += each) {
    const some = norms.subarray(first, first + each);
    mean.push(some.reduce((sum, norm) => sum + norm, 0) / some.length);
    largest.push(some.reduce((most, norm) => Math.max(most, norm), 0));
  }
  const order = Array.from(norms.keys()).sort((a, b) => (norms[b] as number) - (norms[a] as number));
  const top = order.slice(0, topNorms).map((index) => ({ index, norm: norms[index] as number }));
  return { count: norms.length, each, mean, largest, top };
}
