import type { StoredTensor } from './fileHeader.ts';
import { float8Values, isFloat8, toNearest } from './float8.ts';
import { isPlain, type Recipe } from './mapping.ts';
import type { Scale } from './scales.ts';

/** Fills `into` with bytes of a checkpoint's file, from `start` on in the tensor. */
export type ReadStored = (tensor: StoredTensor, start: number, into: Uint8Array) => Promise<void>;

/** Bytes of stored rows that are read at once where columns are taken out of them. */
const piece = 1 << 20;

/**
 * Fills `into` with a mapped tensor's bytes from `start` on. Both lie between rows; a vector's rows are its elements.
 * Memory is a few times `into`, but for rows of one head, which are read together.
 */
export async function readMapped(
  recipe: Recipe,
  start: number,
  into: Uint8Array,
  read: ReadStored,
): Promise<void> {
  const { info, parts, computed } = recipe;
  if (computed !== undefined) {
    into.set(new Uint8Array(computed.buffer, computed.byteOffset + start, into.length));
    return;
  }
  const columns = info.ne.length === 1 ? 1 : (info.ne[0] ?? 1);
  const rowBytes = columns * info.type.typeSize;
  const rowsOfPart = info.elements / columns / parts.length;
  let row = start / rowBytes;
  let done = 0;
  if (!Number.isInteger(row) || into.length % rowBytes !== 0) {
    throw new Error(`${info.name} is read within a row`);
  }
  while (done < into.length) {
    const part = parts[Math.floor(row / rowsOfPart)];
    if (part === undefined) throw new Error(`${info.name} has no row ${row}`);
    const first = row % rowsOfPart;
    const count = Math.min(rowsOfPart - first, (into.length - done) / rowBytes);
    const target = into.subarray(done, done + count * rowBytes);
    const matrix = { ...part, recipe, rows: rowsOfPart, columns };
    if (recipe.transposed) await readColumns(matrix, first, target, read);
    else if (recipe.heads !== undefined) await readInterleaved(matrix, recipe.heads, first, target, read);
    else await readRows(matrix, first, target, read);
    row += count;
    done += target.length;
  }
}

/** One part of a recipe, as it is handed on: rows of so many columns. */
interface Matrix {
  readonly stored: StoredTensor;
  readonly scale: Scale | undefined;
  readonly recipe: Recipe;
  readonly rows: number;
  readonly columns: number;
}

/** Stored rows in their order, as the values that they are handed on as. */
async function readRows(matrix: Matrix, first: number, into: Uint8Array, read: ReadStored): Promise<void> {
  const { stored, recipe, columns } = matrix;
  const storedRow = (columns * stored.dtype.bits) / 8;
  if (isPlain(recipe)) {
    await read(stored, first * storedRow, into);
    return;
  }
  const count = into.length / (columns * recipe.info.type.typeSize);
  const bytes = new Uint8Array(count * storedRow);
  await read(stored, first * storedRow, bytes);
  const values = await valuesOf(matrix, first, bytes, read);
  into.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** The rows of a head, halves side by side: row 2i + b of GGUF is row b * half + i of transformers. */
async function readInterleaved(
  matrix: Matrix,
  heads: number,
  first: number,
  into: Uint8Array,
  read: ReadStored,
): Promise<void> {
  const { recipe, rows, columns } = matrix;
  const rowBytes = columns * recipe.info.type.typeSize;
  const count = into.length / rowBytes;
  const ofHead = rows / heads;
  const from = Math.floor(first / ofHead) * ofHead;
  const until = Math.ceil((first + count) / ofHead) * ofHead;
  const whole = new Uint8Array((until - from) * rowBytes);
  await readRows(matrix, from, whole, read);
  for (let i = 0; i < count; i++) {
    const row = first + i;
    const within = row % ofHead;
    const source = row - within + (within % 2) * (ofHead / 2) + Math.floor(within / 2) - from;
    into.set(whole.subarray(source * rowBytes, (source + 1) * rowBytes), i * rowBytes);
  }
}

/** Rows of what is stored the other way round: a strip of every stored row. */
async function readColumns(matrix: Matrix, first: number, into: Uint8Array, read: ReadStored): Promise<void> {
  const { recipe, rows, columns } = matrix;
  const size = recipe.info.type.typeSize;
  const Numbers = size === 2 ? Uint16Array : Uint32Array;
  const count = into.length / (columns * size);
  const turned = new Numbers(count * columns);
  const stored = { ...matrix, rows: columns, columns: rows };
  const step = Math.max(1, Math.floor(piece / (rows * size)));
  for (let at = 0; at < columns; at += step) {
    const strip = new Numbers(Math.min(step, columns - at) * rows);
    await readRows(stored, at, new Uint8Array(strip.buffer), read);
    for (let from = first, column = at; from < strip.length; from += rows, column++) {
      for (let row = 0; row < count; row++) turned[row * columns + column] = strip[from + row] as number;
    }
  }
  into.set(new Uint8Array(turned.buffer));
}

/** Stored values as F32, with their factors. */
async function valuesOf(
  { stored, scale, recipe, columns }: Matrix,
  first: number,
  bytes: Uint8Array,
  read: ReadStored,
): Promise<Float32Array> {
  const values = decode(stored.dtype.name, bytes);
  if (scale !== undefined) await multiply(values, first, columns, scale, read);
  if (recipe.plus === 0) return values;
  // the converter adds to F16 in F16, and to everything else in F32
  const sum =
    stored.dtype.name === 'F16'
      ? (value: number) => toNearest(value + recipe.plus, 10, -14)
      : (value: number) => value + recipe.plus;
  for (const [i, value] of values.entries()) values[i] = sum(value);
  return values;
}

async function multiply(
  values: Float32Array,
  first: number,
  columns: number,
  scale: Scale,
  read: ReadStored,
): Promise<void> {
  const { stored, across, rows, columns: wide } = scale;
  const count = values.length / columns;
  const from = Math.floor(first / rows);
  const until = Math.floor((first + count - 1) / rows) + 1;
  const size = stored.dtype.bits / 8;
  const bytes = new Uint8Array((until - from) * across * size);
  await read(stored, from * across * size, bytes);
  const factors = decode(stored.dtype.name, bytes);
  for (let row = 0; row < count; row++) {
    const own = (Math.floor((first + row) / rows) - from) * across;
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column;
      values[i] = (values[i] as number) * (factors[own + Math.floor(column / wide)] as number);
    }
  }
}

/** Stored numbers as F32. */
function decode(dtype: string, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (dtype) {
    case 'F64':
      return Float32Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    case 'F32':
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
    case 'BF16': {
      const words = Uint32Array.from(
        { length: bytes.length / 2 },
        (_, i) => view.getUint16(2 * i, true) << 16,
      );
      return new Float32Array(words.buffer);
    }
    case 'F16':
      return Float32Array.from({ length: bytes.length / 2 }, (_, i) => half(view.getUint16(2 * i, true)));
    default: {
      const type = dtype.toLowerCase();
      if (!isFloat8(type)) throw new Error(`${dtype} holds no weights`);
      const table = float8Values[type];
      return Float32Array.from(bytes, (code) => table[code] as number);
    }
  }
}

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}
