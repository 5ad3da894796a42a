import { dequantise } from '../../gguf/quantise.ts';
import { onThread } from '../../llama/abortFlag.ts';
import type { Runtime } from '../../llama/runtime.ts';

/**
 * What rounding leaves of rows, by ggml on another thread. Where a type needs an importance matrix, all weights count
 * alike.
 *
 * @param type ggml's number of the type
 * @param values finite numbers. Shape [rows x columns]
 */
export async function roundTrip(
  runtime: Runtime,
  type: number,
  values: Float32Array,
  columns: number,
): Promise<Float32Array> {
  const { c } = runtime;
  const rows = values.length / columns;
  const stored = new Uint8Array(rows * Number(c.ggml_row_size(type, columns)));
  const importance = c.ggml_quantize_requires_imatrix(type) ? new Float32Array(columns).fill(1) : null;
  await onThread(c.ggml_quantize_chunk, type, values, stored, 0, rows, columns, importance);
  return dequantise(runtime, type, stored, [columns, rows]);
}
