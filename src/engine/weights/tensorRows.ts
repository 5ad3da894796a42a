import type { TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { openFile } from '../files/source.ts';
import type { ModelFiles } from '../gguf/split.ts';
import type { Runtime } from '../llama/runtime.ts';
import { throwIfAborted } from '../work/turn.ts';
import { dequantise } from './quantise.ts';

/** Values that are held at a time. */
const limit = 1 << 20;

/** The values of a tensor, taken to F32 some rows at a time. */
export async function* tensorRows(
  runtime: Runtime,
  files: ModelFiles,
  info: TensorInfo,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly first: number; readonly values: Float32Array }> {
  const file = files.paths[info.part];
  if (file === undefined) throw new Error(`${info.name} lies in no part of the model`);
  const [columns = 1] = info.ne;
  const rows = info.elements / columns;
  const rowBytes = info.byteLength / rows;
  const together = Math.max(1, Math.floor(limit / columns));
  await using source = await openFile(file);
  for (let first = 0; first < rows; first += together) {
    throwIfAborted(signal);
    const count = Math.min(together, rows - first);
    const bytes = await source.read(info.offset + first * rowBytes, count * rowBytes);
    if (bytes.byteLength < count * rowBytes) {
      throw new InputError(`${file} has become shorter while it was read (tensor ${info.name}).`);
    }
    yield { first, values: dequantise(runtime, info.type.id, bytes, [columns, count]) };
  }
}
