import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import { segmentOf } from './blocks.ts';
import type { TensorPair } from './pairs.ts';
import type { Rounding } from './rounding.ts';
import { roundTrip } from './roundTrip.ts';
import type { TensorSource } from './tensorFiles.ts';
import { heedsImportance } from './typeErrors.ts';

/** ‖·‖² of the segments of some rows. Shapes [rows x segments of a row] */
export interface SegmentSquares {
  readonly base: Float64Array;
  readonly difference: Float64Array;
  /** What rounding the base's own rows to the types makes; the most of what each importance that was tried makes. */
  readonly rounding: Float64Array;
}

/** Neighbours are turned by this angle's cosine and sine: rows of the same norm, on no type's grid. */
const [cosine, sine] = [0.96, 0.28];

/**
 * Rounds some of the base's own rows, and says how far that moves them beside how far the candidate's lie from them.
 * The rows are turned a little before, since stored rows lie on their type's grid, where rounding to it does nothing.
 *
 * @param rounding which of the two types' errors count
 * @param importances of the columns, tried beside all counting alike where a type heeds them. Shape [columns] each
 */
export async function roundingOfRows(
  runtime: Runtime,
  files: { readonly base: TensorSource; readonly candidate: TensorSource },
  { base, candidate }: TensorPair,
  rows: readonly number[],
  rounding: Rounding,
  importances: readonly Float32Array[] = [],
): Promise<SegmentSquares> {
  const columns = base.ne[0] ?? 1;
  const length = segmentOf(columns);
  const values = await readRows(runtime, files.base, base, rows);
  const others = await readRows(runtime, files.candidate, candidate, rows);
  const turned = turn(values, columns);
  const squares = {
    base: segmentSquares(values, length),
    difference: segmentSquares(values, length, others),
    rounding: new Float64Array(values.length / length),
  };
  const types = [
    ...(rounding.base > 0 ? [base.type.name] : []),
    ...(rounding.candidate > 0 ? [candidate.type.name] : []),
  ];
  for (const type of types) {
    const most = new Float64Array(squares.rounding.length);
    for (const importance of [undefined, ...(heedsImportance(type) ? importances : [])]) {
      const rounded = await roundTrip(runtime, type, turned, columns, importance);
      for (const [i, square] of segmentSquares(turned, length, rounded).entries()) {
        most[i] = Math.max(most[i] as number, square);
      }
    }
    for (const [i, square] of most.entries()) squares.rounding[i] = (squares.rounding[i] as number) + square;
  }
  return squares;
}

/** The values of some rows, one after the other. */
async function readRows(
  runtime: Runtime,
  files: TensorSource,
  tensor: TensorInfo,
  rows: readonly number[],
): Promise<Float32Array> {
  const columns = tensor.ne[0] ?? 1;
  const rowBytes = (tensor.byteLength / tensor.elements) * columns;
  const bytes = new Uint8Array(rows.length * rowBytes);
  for (const [index, row] of rows.entries()) {
    await files.read(tensor, row * rowBytes, bytes.subarray(index * rowBytes, (index + 1) * rowBytes));
  }
  return dequantise(runtime, tensor.type.id, bytes, [columns, rows.length]);
}

function turn(values: Float32Array, columns: number): Float32Array {
  const turned = values.slice();
  for (let row = 0; row < values.length; row += columns) {
    for (let i = row; i + 1 < row + columns; i += 2) {
      const [x, y] = [values[i] as number, values[i + 1] as number];
      turned[i] = cosine * x - sine * y;
      turned[i + 1] = sine * x + cosine * y;
    }
  }
  return turned;
}

/** ‖a − b‖² of segments of so many weights; ‖a‖² without b. */
function segmentSquares(a: Float32Array, length: number, b?: Float32Array): Float64Array {
  const squares = new Float64Array(a.length / length);
  for (let i = 0; i < a.length; i++) {
    const segment = Math.floor(i / length);
    squares[segment] =
      (squares[segment] as number) + ((a[i] as number) - (b === undefined ? 0 : (b[i] as number))) ** 2;
  }
  return squares;
}
