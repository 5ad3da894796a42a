/** Values by row and column, one row after the other. In the inspector: layers × tokens. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** NaN outside the matrix. */
export function valueAt({ rows, columns, values }: Matrix, { row, column }: Cell): number {
  const inside = row >= 0 && row < rows && column >= 0 && column < columns;
  return inside ? (values[row * columns + column] ?? Number.NaN) : Number.NaN;
}

/** The elementwise difference. NaN where a value is NaN or both are the same infinity. */
export function difference(after: Float32Array, before: Float32Array): Float32Array {
  return after.map((value, index) => value - (before[index] ?? Number.NaN));
}

/** What the finite values span; 0 and 0 where there is none. */
export function extent(values: Iterable<number>): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low > high ? { low: 0, high: 0 } : { low, high };
}
