import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { isFloat8 } from '../../safetensors/float8.ts';
import type { Lane } from './lane.ts';
import { RoundedSource } from './roundedSource.ts';
import { firstSpectrum, refineSpectrum, type Spectrum, standsOut } from './spectrum.ts';
import { diffTensor, type TensorDiff } from './tensorDiff.ts';
import type { TensorFiles } from './tensorFiles.ts';

/**
 * What stands out of a change once rounding is taken out of it. Rounding a tensor whose values already lie on a grid
 * makes an error that follows the grid, with directions of its own. So the side that is stored more finely is rounded
 * to the other's type, and the two are held against each other: rounding alone then leaves next to nothing, a rewrite
 * stays.
 *
 * @returns "nothing" where nothing stands out any more, "unknown" where ggml cannot round to the type by itself
 */
export async function spectrumBeyondRounding(
  runtime: Runtime,
  base: TensorFiles,
  candidate: TensorFiles,
  { pair }: TensorDiff,
  lane: Lane,
  signal?: AbortSignal,
): Promise<Spectrum | 'nothing' | 'unknown'> {
  const toCandidate = bits(pair.base) >= bits(pair.candidate);
  const type = toCandidate ? pair.candidate : pair.base;
  if (isFloat8(type.type.name) || runtime.c.ggml_quantize_requires_imatrix(type.type.id)) return 'unknown';
  const left = toCandidate ? new RoundedSource(runtime, base, pair.base) : base;
  const right = toCandidate ? candidate : new RoundedSource(runtime, candidate, pair.candidate);
  const diff = await diffTensor(left, right, { name: pair.name, base: type, candidate: type }, lane, signal);
  const first = firstSpectrum(diff);
  if (first === undefined || !standsOut(first)) return 'nothing';
  return await refineSpectrum(left, right, diff, lane, signal);
}

/** Bytes of one weight. */
function bits({ type }: TensorInfo): number {
  return type.typeSize / type.blockSize;
}
