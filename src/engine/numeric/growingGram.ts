import { turn } from '../work/turn.ts';
import { dotAt } from './dotAt.ts';
import { combine } from './vector.ts';

/**
 * BᵀB + ridge I over columns that come one after the other, by its Cholesky factor: a new column costs a new row of the
 * factor and leaves the others as they are, so that a long sequence never factors anything twice.
 */
export class GrowingGram {
  readonly #ridge: number;
  readonly #columns: Float64Array[] = [];
  /** Row i of the factor has i + 1 numbers. */
  readonly #factor: Float64Array[] = [];

  constructor(ridge: number) {
    this.#ridge = ridge;
  }

  /** How many columns there are. */
  get size(): number {
    return this.#columns.length;
  }

  async add(columns: readonly Float64Array[], signal?: AbortSignal): Promise<void> {
    for (const column of columns) {
      const i = this.#columns.length;
      this.#columns.push(column);
      const row = new Float64Array(i + 1);
      for (let j = 0; j < i; j++) {
        const other = this.#columns[j] ?? column;
        const earlier = this.#factor[j] ?? row;
        const product = dotAt(column, 0, other, 0, column.length);
        row[j] = (product - dotAt(row, 0, earlier, 0, j)) / (earlier[j] as number);
      }
      const pivot = dotAt(column, 0, column, 0, column.length) + this.#ridge - dotAt(row, 0, row, 0, i);
      row[i] = Math.sqrt(pivot);
      this.#factor.push(row);
      await turn(signal);
    }
  }

  /** The rows of (BᵀB + ridge I)⁻¹ Bᵀ from row `first` on. Shape [size − first][column]. */
  async rowsFrom(first: number, signal?: AbortSignal): Promise<Float64Array[]> {
    const rows: Float64Array[] = [];
    for (let i = first; i < this.size; i++) {
      rows.push(combine(this.#columns, [...this.#solveUnit(i)]));
      await turn(signal);
    }
    return rows;
  }

  #solveUnit(unit: number): Float64Array {
    const n = this.size;
    const x = new Float64Array(n);
    x[unit] = 1;
    for (let i = unit; i < n; i++) {
      const row = this.#factor[i] ?? x;
      x[i] = ((x[i] as number) - dotAt(row, unit, x, unit, i - unit)) / (row[i] as number);
    }
    for (let i = n - 1; i >= 0; i--) {
      const row = this.#factor[i] ?? x;
      const value = (x[i] as number) / (row[i] as number);
      x[i] = value;
      for (let j = 0; j < i; j++) x[j] = (x[j] as number) - value * (row[j] as number);
    }
    return x;
  }
}
