import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { readTensorBytes } from '../../gguf/tensorData.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise } from '../../weights/quantise.ts';
import type { NewTensor } from '../../weights/writer.ts';
import type { Change } from '../difference/change.ts';
import { adapterOf } from './adapterOf.ts';

/** Weights of all tensors together, 256 MiB of them: the down-projection of a model of 8 billion parameters fits. */
const maxWeights = 1 << 26;

/** Can the difference of these matrices be written as it is? */
export function isWritable(edited: readonly Change[]): boolean {
  const tensors = edited.map(({ diff }) => diff.pair.candidate);
  return tensors.reduce((sum, { elements }) => sum + elements, 0) <= maxWeights;
}

/**
 * An adapter of full rank that makes the candidate's matrix the base's, rounding and all: base − candidate is one
 * factor, the identity the other.
 */
export async function wholeDifference(
  runtime: Runtime,
  base: ModelFiles,
  candidate: ModelFiles,
  { diff: { pair } }: Change,
): Promise<NewTensor[]> {
  const valuesOf = async (files: ModelFiles, tensor: TensorInfo) =>
    dequantise(runtime, tensor.type.id, await readTensorBytes(files, tensor), tensor.ne);
  const difference = await valuesOf(base, pair.base);
  const own = await valuesOf(candidate, pair.candidate);
  for (let i = 0; i < difference.length; i++) {
    difference[i] = (difference[i] as number) - (own[i] as number);
  }
  const [width = 1, height = 1] = pair.candidate.ne;
  const rank = Math.min(width, height);
  const identity = new Float32Array(rank * rank);
  for (let i = 0; i < rank; i++) identity[i * (rank + 1)] = 1;
  const [a, b] = height <= width ? [difference, identity] : [identity, difference];
  return adapterOf(runtime, pair.candidate, { rank, a, b });
}
