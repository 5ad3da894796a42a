import type { TensorInfo } from '../../protocol/gguf.ts';
import type { ModelFiles } from '../gguf/split.ts';
import type { Runtime } from '../llama/runtime.ts';
import { tensorRows } from './tensorRows.ts';

/** The Frobenius norm of a tensor. */
export async function tensorNorm(
  runtime: Runtime,
  files: ModelFiles,
  info: TensorInfo,
  signal?: AbortSignal,
): Promise<number> {
  let sum = 0;
  for await (const { values } of tensorRows(runtime, files, info, signal)) {
    for (const value of values) sum += value * value;
  }
  return Math.sqrt(sum);
}
