import { dequantise, quantise } from '../../gguf/quantise.ts';
import type { Runtime } from '../../llama/runtime.ts';
import type { TensorPair } from './pairs.ts';
import type { TensorSource } from './tensorFiles.ts';

const sampleRows = 32;

/**
 * How far rounding alone moves a tensor that is stored in the one type and in the other: ‖error‖ / ‖W‖, both types'
 * errors together. Measured by rounding sums of neighbouring rows, which look like weights but lie on no type's grid.
 *
 * @returns undefined for types that only an importance matrix makes bearable, which nobody can round to alone
 */
export async function roundingError(
  runtime: Runtime,
  files: TensorSource,
  { base, candidate }: TensorPair,
): Promise<number | undefined> {
  const columns = base.ne[0] ?? 1;
  const all = base.elements / columns;
  const rows = Math.min(all, sampleRows);
  const rowBytes = base.byteLength / all;
  const bytes = new Uint8Array(rows * rowBytes);
  await files.read(base, Math.floor((all - rows) / 2) * rowBytes, bytes);
  const values = dequantise(runtime, base.type.id, bytes, [columns, rows]);
  const mixed = values.map((value, i) => value + (values[(i + columns) % values.length] ?? 0));
  let squares = 0;
  for (const type of [base.type.id, candidate.type.id]) {
    if (runtime.c.ggml_quantize_requires_imatrix(type)) return undefined;
    squares += relativeError(runtime, type, mixed, [columns, rows]) ** 2;
  }
  return Math.sqrt(squares);
}

function relativeError(runtime: Runtime, type: number, values: Float32Array, ne: readonly number[]): number {
  const stored = dequantise(runtime, type, quantise(runtime, type, values, ne), ne);
  let error = 0;
  let size = 0;
  for (const [i, value] of values.entries()) {
    error += (value - (stored[i] ?? 0)) ** 2;
    size += value ** 2;
  }
  return size === 0 ? 0 : Math.sqrt(error / size);
}
