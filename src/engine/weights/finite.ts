import type { TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import { isMultiplied } from '../gguf/types.ts';
import type { Runtime } from '../llama/runtime.ts';
import { turn } from '../work/turn.ts';
import { dequantise } from './quantise.ts';

/** Elements that are looked at before others get their turn; whole blocks of every type. */
const piece = 1 << 20;

/**
 * Whether all values that the stored bytes stand for are finite. Integers are.
 *
 * @param bytes whole blocks of the tensor's type, as many as there are
 */
export async function areFinite(
  runtime: Runtime,
  { type }: Pick<TensorInfo, 'type'>,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<boolean> {
  if (!isMultiplied(type)) return true;
  const step = (piece / type.blockSize) * type.typeSize;
  for (let at = 0; at < bytes.length; at += step) {
    await turn(signal);
    const part = bytes.subarray(at, at + step);
    const count = (part.length / type.typeSize) * type.blockSize;
    if (!allFinite(dequantise(runtime, type.id, part, [count]))) return false;
  }
  return true;
}

/** Passes tensors of a file without NaN and infinity; they are read in pieces. Errors: `InputError`. */
export async function expectFinite(
  runtime: Runtime,
  source: ByteSource,
  tensors: readonly TensorInfo[],
  signal?: AbortSignal,
): Promise<void> {
  for (const tensor of tensors) {
    const step = (piece / tensor.type.blockSize) * tensor.type.typeSize;
    for (let at = 0; at < tensor.byteLength; at += step) {
      const bytes = await source.read(tensor.offset + at, Math.min(step, tensor.byteLength - at));
      if (!(await areFinite(runtime, tensor, bytes, signal))) throw notFinite(source.name, tensor.name);
    }
  }
}

export const notFinite = (file: string, tensor: string) =>
  new InputError(`${file} is damaged: ${tensor} holds values that are not finite (NaN or infinity).`);

/** What is not finite makes NaN of 0, which a sum keeps. */
export function allFinite(values: Float32Array | Float64Array): boolean {
  let sum = 0;
  for (const x of values) sum += x * 0;
  return sum === 0;
}
