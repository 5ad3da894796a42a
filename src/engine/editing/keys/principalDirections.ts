import { downName } from '../../gguf/names.ts';
import { type Rows, rowProducts, rowsOf, transposedRows } from '../../linalg/products.ts';
import { at } from '../../numeric/at.ts';
import { symmetricEigen } from '../../numeric/symmetricEigen.ts';
import { norm } from '../../numeric/vector.ts';
import { tensorRows } from '../../weights/tensorRows.ts';
import type { Work } from '../../work/progress.ts';
import type { EditSession } from '../session/session.ts';
import { Subspace } from '../session/subspace.ts';

/**
 * The principal directions of a layer's down-projection with rows made equally long (2510.01172, section 4): the
 * eigenvectors of ŴᵀŴ with the largest eigenvalues, the fewest that hold more than the share `principal` of their sum.
 * They are found of ŴŴᵀ, which is smaller.
 */
export async function principalDirections(
  session: EditSession,
  layer: number,
  principal: number,
  work: Work = {},
): Promise<Subspace> {
  const { devices, files, model } = session;
  const info = files.header.tensors.find(({ name }) => name === downName(layer));
  if (info === undefined) throw new Error(`the model has no ${downName(layer)}`);
  const [width = 1, count = 1] = info.ne;
  const rows = rowsOf(count, width);
  for await (const { first, values } of tensorRows(model.runtime, files, info, work.signal))
    rows.data.set(values, first * width);
  return await principalOf(rows, principal, (a, b) => rowProducts(devices, a, b, work.signal), work);
}

/**
 * @param rows W, a row a neuron; its rows are made equally long
 * @param products the inner products of all rows of the second with all of the first
 */
export async function principalOf(
  rows: Rows,
  principal: number,
  products: (a: Rows, b: Rows) => Promise<Rows>,
  work: Work = {},
): Promise<Subspace> {
  const { count, width, data } = rows;
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    const length = norm(Float64Array.from(row));
    if (length > 0) for (const [j, x] of row.entries()) row[j] = x / length;
  }
  const gram = await products(rows, rows);
  const { values, vectors } = await symmetricEigen(count, Float64Array.from(gram.data), {
    signal: work.signal,
  });
  const order = [...values.keys()].sort((i, j) => at(values, j) - at(values, i));
  const total = values.reduce((sum, value) => sum + value, 0);
  let held = 0;
  const chosen: number[] = [];
  for (const index of order) {
    chosen.push(index);
    held += at(values, index);
    if (held / total > principal) break;
  }
  const basis = rowsOf(chosen.length, count);
  for (const [r, index] of chosen.entries()) {
    // Ŵᵀv has the length √λ
    const scale = 1 / Math.sqrt(at(values, index));
    for (let i = 0; i < count; i++) basis.data[r * count + i] = scale * at(vectors, index * count + i);
  }
  return new Subspace(chosen.length, await products(transposedRows(rows), basis), true);
}
