import { EngineError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { throwIfAborted } from '../work/turn.ts';
import { onThread } from './abortFlag.ts';
import type { Runtime } from './runtime.ts';

/** What llama-quantize calls the mixtures of types that it makes without an importance matrix, by `llama_ftype`. */
const fileTypes = {
  F16: 1,
  Q8_0: 7,
  Q6_K: 18,
  Q5_K_M: 17,
  Q4_K_M: 15,
  Q4_0: 2,
  Q3_K_M: 12,
  Q2_K: 10,
} as const;
export type FileType = keyof typeof fileTypes;
export const FILE_TYPES = Object.keys(fileTypes) as readonly FileType[];

/**
 * Writes a model rounded to another type, as llama-quantize does, also where it is rounded already. llama.cpp goes through
 * the whole model once it has begun, so that a cancellation is heard before and behind.
 *
 * @throws EngineError where llama.cpp refuses the model or cannot write the file
 */
export async function quantiseModel(
  runtime: Runtime,
  from: string,
  out: string,
  { type, threads }: { readonly type: FileType; readonly threads: number },
  { signal }: Work = {},
): Promise<void> {
  throwIfAborted(signal);
  const { c } = runtime;
  const params = {
    ...c.llama_model_quantize_default_params(),
    nthread: threads,
    ftype: fileTypes[type],
    allow_requantize: true,
  };
  const status = await onThread(c.llama_model_quantize, from, out, params);
  throwIfAborted(signal);
  if (status !== 0) {
    throw new EngineError(`llama.cpp cannot round ${from} to ${type}: ${runtime.takeComplaints()}`);
  }
}
