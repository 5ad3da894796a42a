import { MOST_DIMENSIONS, type TensorColumns } from '../../src/protocol/headerPage.ts';

/** Which tensors a table shows, and in which order: indices into the columns. */

export const TENSOR_COLUMNS = ['name', 'type', 'shape', 'elements', 'bytes', 'offset'] as const;
export type TensorColumn = (typeof TENSOR_COLUMNS)[number];

export interface TensorQuery {
  /** Words that the name must contain, each of them, whatever their case. */
  readonly search: string;
  /** The type that is shown; all where it is ''. */
  readonly type: string;
  /** null for the file's own order. */
  readonly sort: { readonly column: TensorColumn; readonly descending: boolean } | null;
}

export const EVERY_TENSOR: TensorQuery = { search: '', type: '', sort: null };

export function isTensorQuery(value: unknown): value is TensorQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { search, type, sort }: { search?: unknown; type?: unknown; sort?: unknown } = value;
  if (typeof search !== 'string' || typeof type !== 'string') return false;
  if (sort === null) return true;
  if (typeof sort !== 'object') return false;
  const { column, descending }: { column?: unknown; descending?: unknown } = { ...sort };
  return TENSOR_COLUMNS.some((known) => known === column) && typeof descending === 'boolean';
}

/** Elements of one tensor. */
export function elementsOf({ shape }: TensorColumns, index: number): number {
  const first = MOST_DIMENSIONS * index;
  return shape.subarray(first, first + MOST_DIMENSIONS).reduce((product, n) => product * n, 1);
}

/** "576 × 1536", in the order that the format writes. */
export function shapeOf({ shape, dimensions }: TensorColumns, index: number): string {
  const own = dimensions[index] ?? 0;
  const first = MOST_DIMENSIONS * index;
  return Array.from(shape.subarray(first, first + own)).join(' × ');
}

/** "q4_1" */
export function typeOf({ types, typeNames }: TensorColumns, index: number): string {
  return typeNames[types[index] ?? 0] ?? '';
}

export function tensorRows(tensors: TensorColumns, { search, type, sort }: TensorQuery): Uint32Array {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const rows = new Uint32Array(tensors.names.length);
  let found = 0;
  for (const [index, name] of tensors.names.entries()) {
    if (type !== '' && typeOf(tensors, index) !== type) continue;
    const lower = words.length === 0 ? '' : name.toLowerCase();
    if (words.every((word) => lower.includes(word))) rows[found++] = index;
  }
  const shown = rows.subarray(0, found);
  return sort === null ? shown : sorted(tensors, shown, sort.column, sort.descending ? -1 : 1);
}

/** Equals stay in the file's order, whichever way it goes. */
function sorted(tensors: TensorColumns, rows: Uint32Array, column: TensorColumn, way: 1 | -1): Uint32Array {
  const keys = keysOf(tensors, column);
  return rows.sort((a, b) => {
    const [x, y] = [keys[a], keys[b]];
    if (x === undefined || y === undefined || x === y) return a - b;
    return x < y ? -way : way;
  });
}

function keysOf(tensors: TensorColumns, column: TensorColumn): ArrayLike<number> | readonly string[] {
  switch (column) {
    case 'name':
      // blk.2 before blk.10
      return tensors.names.map((name) => name.replace(/\d+/g, (digits) => digits.padStart(8, '0')));
    case 'type':
      return tensors.names.map((_, index) => typeOf(tensors, index));
    case 'shape':
      return tensors.names.map((_, index) => tensors.shape[MOST_DIMENSIONS * index] ?? 1);
    case 'elements':
      return tensors.names.map((_, index) => elementsOf(tensors, index));
    case 'bytes':
      return tensors.bytes;
    case 'offset':
      // a reader of headers takes no other order
      return tensors.names.map((_, index) => index);
  }
}
