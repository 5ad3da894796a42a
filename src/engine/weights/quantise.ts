import koffi from 'koffi';
import { InputError } from '../errors.ts';
import { GGML_TYPES, isMultiplied } from '../gguf/types.ts';
import type { Pointer } from '../llama/library.ts';
import type { Runtime } from '../llama/runtime.ts';

const f32 = 0;

const toFloat = koffi.proto('void palimpsest_to_float(void *, void *, int64_t)');

/**
 * Rounds values to a stored type, by ggml.
 *
 * @param type ggml's number of the type
 * @param ne shape; `ne[0]` is whole blocks of the type
 * @throws InputError for a type that only an importance matrix makes bearable, or that stores no weights
 */
export function quantise(
  { c }: Runtime,
  type: number,
  values: Float32Array,
  ne: readonly number[],
): Uint8Array<ArrayBuffer> {
  const name = nameOf(type);
  if (c.ggml_quantize_requires_imatrix(type)) {
    throw new InputError(`Weights cannot be quantized to ${name} without an importance matrix.`);
  }
  const { columns, rows } = rowsOf(type, ne, values.length);
  const bytes = new Uint8Array(rows * Number(c.ggml_row_size(type, columns)));
  c.ggml_quantize_chunk(type, values, bytes, 0, rows, columns, null);
  return bytes;
}

/** The values that stored bytes stand for, by ggml. Errors: `InputError` for a type that stores no weights. */
export function dequantise(
  { c }: Runtime,
  type: number,
  bytes: Uint8Array,
  ne: readonly number[],
): Float32Array<ArrayBuffer> {
  const name = nameOf(type);
  const count = ne.reduce((product, n) => product * n, 1);
  const { columns, rows } = rowsOf(type, ne, count);
  const size = rows * Number(c.ggml_row_size(type, columns));
  if (bytes.byteLength !== size) throw new Error(`${bytes.byteLength} bytes of ${name} instead of ${size}`);
  const values = new Float32Array(count);
  if (type === f32) {
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const traits: { to_float: Pointer | null } = koffi.decode(c.ggml_get_type_traits(type), 'ggml_type_traits');
  if (traits.to_float === null) throw new InputError(`ggml cannot read values of the type ${name}.`);
  koffi.call(traits.to_float, toFloat, bytes, values, count);
  return values;
}

function nameOf(type: number): string {
  const name = GGML_TYPES.get(type)?.name;
  if (name === undefined) throw new InputError(`${type} is not a type of ggml.`);
  if (!isMultiplied({ id: type })) throw new InputError(`Weights are not stored as ${name}.`);
  return name;
}

function rowsOf(type: number, ne: readonly number[], count: number): { columns: number; rows: number } {
  const [columns = 1, ...outer] = ne;
  const rows = outer.reduce((product, n) => product * n, 1);
  if (columns * rows !== count) throw new Error(`${count} values do not fill the shape [${ne.join(', ')}]`);
  const block = GGML_TYPES.get(type)?.blockSize ?? 1;
  if (columns % block !== 0) {
    throw new InputError(
      `Rows of ${columns} values are not whole blocks of ${block}, as ${nameOf(type)} needs.`,
    );
  }
  return { columns, rows };
}
