import type { EngineParams } from '../../../protocol/engine.ts';
import type { TensorWindow } from '../../../protocol/tensors.ts';
import { InputError } from '../../errors.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import type { Work } from '../../work/progress.ts';
import { type OpenTensor, openBase, openTensor, sharedName } from './openTensor.ts';

/**
 * Some values of a tensor, or of what it has beyond a base's: nothing is read but their rows.
 *
 * @throws InputError where the window begins outside the tensor
 */
export async function tensorWindow(
  { model, tensor, base, row, column, rows, columns }: EngineParams['tensorWindow'],
  work: Work = {},
): Promise<TensorWindow> {
  const runtime = await loadRuntime();
  const name = base === undefined ? tensor : await sharedName(model, tensor, base, work);
  await using opened = await openTensor(model, name, work);
  await using other = base === undefined ? undefined : await openBase(base, opened, work);
  const [width = 1] = opened.info.ne;
  const height = opened.info.elements / width;
  if (row >= height || column >= width) {
    throw new InputError(`${tensor} has ${height} rows of ${width} values, counted from 0.`);
  }
  const count = Math.min(rows, height - row);
  const read = async ({ source, info }: OpenTensor) => {
    const rowBytes = info.byteLength / height;
    const bytes = new Uint8Array(count * rowBytes);
    await source.read(info, row * rowBytes, bytes);
    return dequantise(runtime, info.type.id, bytes, [width, count]);
  };
  const own = await read(opened);
  const before = other && (await read(other));
  const values = Array.from({ length: count }, (_, i) => {
    const from = i * width + column;
    const some = own.subarray(from, Math.min(from + columns, (i + 1) * width));
    return Array.from(some, (value, j) =>
      before === undefined ? value : value - (before[from + j] as number),
    );
  });
  return { row, column, values };
}
