import type { GgmlType, TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { onThread, throwIfAborted } from '../llama/cancel.ts';
import type { Runtime } from '../llama/runtime.ts';
import type { ByteSource } from './source.ts';

/** Bytes that are looked at together. */
const piece = 16 << 20;

/** Whether stored values, and the scales of their blocks, are all finite: ggml's own check, on a thread of its own. */
export function areFinite({ c }: Runtime, type: GgmlType, bytes: Uint8Array): Promise<boolean> {
  return onThread(c.ggml_validate_row_data, type.id, bytes, bytes.byteLength);
}

/** Passes tensors of one file without NaN and infinity; they are read in pieces. Errors: `InputError`. */
export async function expectFinite(
  runtime: Runtime,
  source: ByteSource,
  tensors: readonly TensorInfo[],
  signal?: AbortSignal,
): Promise<void> {
  for (const { name, type, offset, byteLength } of tensors) {
    const step = piece - (piece % type.typeSize);
    for (let at = 0; at < byteLength; at += step) {
      throwIfAborted(signal);
      const bytes = await source.read(offset + at, Math.min(step, byteLength - at));
      if (!(await areFinite(runtime, type, bytes))) throw notFinite(source.name, name);
    }
  }
}

export const notFinite = (file: string, tensor: string) =>
  new InputError(`${file} is damaged: ${tensor} holds values that are not finite (NaN or infinity).`);
