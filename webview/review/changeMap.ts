import type { TensorReview } from '../../src/protocol/review.ts';
import { type ColourScale, sequentialScale, suggestedSpread } from '../charts/colourScale.ts';
import { type Cell, type Matrix, valueAt } from '../charts/matrix.ts';

/** How much every tensor of the layers changed: layers down, kinds of tensors across. */
export interface ChangeMap {
  /** ‖ΔW‖ / ‖W‖; 0 for what is equal, and where a layer has no such tensor. */
  readonly matrix: Matrix;
  readonly roles: readonly string[];
  readonly layers: readonly number[];
  readonly scale: ColourScale;
  /** The name of a cell's tensor; undefined where there is none. */
  readonly nameOf: (cell: Cell) => string | undefined;
  /** Where a tensor lies; undefined outside of the layers. */
  readonly cellOf: (name: string) => Cell | undefined;
}

/** @param names of all tensors, in the order of the file */
export function changeMap(names: readonly string[], changed: readonly TensorReview[]): ChangeMap {
  const placed = names.flatMap((name) => {
    const [, layer, role] = /^blk\.(\d+)\.(.+?)(?:\.weight)?$/.exec(name) ?? [];
    return layer === undefined || role === undefined ? [] : [{ name, layer: Number(layer), role }];
  });
  const roles = [...new Set(placed.map(({ role }) => role))];
  const layers = [...new Set(placed.map(({ layer }) => layer))].sort((a, b) => a - b);
  const rows = new Map(layers.map((layer, row) => [layer, row]));
  const columns = new Map(roles.map((role, column) => [role, column]));
  const cells = new Map<string, Cell>();
  const named = new Map<number, string>();
  for (const { name, layer, role } of placed) {
    const cell = { row: rows.get(layer) ?? 0, column: columns.get(role) ?? 0 };
    cells.set(name, cell);
    named.set(cell.row * roles.length + cell.column, name);
  }
  const values = new Float32Array(layers.length * roles.length);
  for (const { name, relative } of changed) {
    const cell = cells.get(name);
    if (cell !== undefined) values[cell.row * roles.length + cell.column] = relative;
  }
  const matrix = { rows: layers.length, columns: roles.length, values };
  return {
    matrix,
    roles,
    layers,
    scale: sequentialScale(suggestedSpread(values), values),
    nameOf: (cell) =>
      Number.isNaN(valueAt(matrix, cell)) ? undefined : named.get(cell.row * roles.length + cell.column),
    cellOf: (name) => cells.get(name),
  };
}
