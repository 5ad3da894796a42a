import { GGML_TYPES } from '../../gguf/types.ts';
import { onThread } from '../../llama/abortFlag.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { isFloat8, roundToFloat8 } from '../../safetensors/float8.ts';
import { dequantise } from '../../weights/quantise.ts';

/**
 * What rounding leaves of rows, by ggml on another thread; floats of 8 bits, which it does not know, by themselves.
 *
 * @param name of the type, ggml's or that of a float of 8 bits
 * @param values finite numbers. Shape [rows x columns]
 * @param importance how much each column counts; all alike without it
 */
export async function roundTrip(
  runtime: Runtime,
  name: string,
  values: Float32Array,
  columns: number,
  importance?: Float32Array,
): Promise<Float32Array> {
  if (isFloat8(name)) return roundToFloat8(name, values, columns);
  const { c } = runtime;
  const type = numberOf(name);
  const rows = values.length / columns;
  const stored = new Uint8Array(rows * Number(c.ggml_row_size(type, columns)));
  const even = c.ggml_quantize_requires_imatrix(type) ? new Float32Array(columns).fill(1) : null;
  await onThread(c.ggml_quantize_chunk, type, values, stored, 0, rows, columns, importance ?? even);
  return dequantise(runtime, type, stored, [columns, rows]);
}

function numberOf(name: string): number {
  const found = [...GGML_TYPES.values()].find((type) => type.name === name);
  if (found === undefined) throw new Error(`ggml has no type ${name}`);
  return found.id;
}
