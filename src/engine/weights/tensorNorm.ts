import type { TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { openFile } from '../files/source.ts';
import type { ModelFiles } from '../gguf/split.ts';
import type { Runtime } from '../llama/runtime.ts';
import { throwIfAborted } from '../work/turn.ts';
import { dequantise } from './quantise.ts';

/** Values that are held at a time. */
const limit = 1 << 20;

/** The Frobenius norm of a tensor, whose values are taken to F32 some rows at a time. */
export async function tensorNorm(
  runtime: Runtime,
  files: ModelFiles,
  info: TensorInfo,
  signal?: AbortSignal,
): Promise<number> {
  const file = files.paths[info.part];
  if (file === undefined) throw new Error(`${info.name} lies in no part of the model`);
  const [columns = 1] = info.ne;
  const rows = info.elements / columns;
  const rowBytes = info.byteLength / rows;
  const together = Math.max(1, Math.floor(limit / columns));
  await using source = await openFile(file);
  let sum = 0;
  for (let row = 0; row < rows; row += together) {
    throwIfAborted(signal);
    const count = Math.min(together, rows - row);
    const bytes = await source.read(info.offset + row * rowBytes, count * rowBytes);
    if (bytes.byteLength < count * rowBytes) {
      throw new InputError(`${file} has become shorter while it was read (tensor ${info.name}).`);
    }
    const values = dequantise(runtime, info.type.id, bytes, [columns, count]);
    for (const value of values) sum += value * value;
  }
  return Math.sqrt(sum);
}
