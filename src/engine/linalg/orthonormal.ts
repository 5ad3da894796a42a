import type { Devices } from '../llama/scheduler.ts';
import { NotPositiveDefinite } from '../numeric/cholesky.ts';
import { BlockedFactor } from './blockedFactor.ts';
import { type Rows, rowProducts, rowsOf, transposedRows } from './products.ts';

/** Rows that are solved for at once. */
const together = 256;
/** What is added to the products' diagonal of ones where rounding leaves them without a factor. */
const shifts = [0, 1e-6, 1e-4, 1e-2] as const;

/**
 * An orthonormal basis of the rows' span, by the Cholesky factor of their products (Cholesky QR, with a shift where it
 * would break down: Fukaya et al. 2020). Rows that are far from independent come out at right angles only after a
 * second time.
 */
export async function orthonormalised(devices: Devices, rows: Rows, signal?: AbortSignal): Promise<Rows> {
  const unit = normalised(rows);
  const { count, width } = unit;
  const products = (await rowProducts(devices, unit, unit, signal)).data;
  using factor = await factorOf(devices, count, products, signal);
  using solver = factor.solver(Math.min(together, width), 'forward');
  const byColumn = transposedRows(unit);
  for (let at = 0; at < width; at += solver.columns) {
    await solver.solve(byColumn.data.subarray(at * count, (at + solver.columns) * count), signal);
  }
  return transposedRows(byColumn);
}

async function factorOf(
  devices: Devices,
  n: number,
  products: Float32Array,
  signal: AbortSignal | undefined,
): Promise<BlockedFactor> {
  for (const shift of shifts) {
    try {
      const row = (i: number, into: Float32Array) => {
        into.set(products.subarray(i * n, i * n + i + 1));
        into[i] = (into[i] as number) + shift;
      };
      return await BlockedFactor.of(devices, n, row, { signal });
    } catch (error) {
      if (!(error instanceof NotPositiveDefinite)) throw error;
    }
  }
  throw new Error('vectors that are no numbers');
}

function normalised({ count, width, data }: Rows): Rows {
  const unit = rowsOf(count, width);
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    let square = 0;
    for (let j = 0; j < width; j++) square += (row[j] as number) ** 2;
    const by = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let j = 0; j < width; j++) unit.data[i * width + j] = (row[j] as number) * by;
  }
  return unit;
}
