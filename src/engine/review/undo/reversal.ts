import { loraFactors } from '../../editing/patches/loraFactors.ts';
import { type NewTensor, type NewValue, writeGguf } from '../../gguf/writer.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { toolVersion } from '../../version.ts';
import type { Change } from '../difference/change.ts';
import { adapterOf } from './adapterOf.ts';

/** The candidate that a reversal is for. */
export interface Candidate {
  readonly digest: string;
  readonly name: string;
  readonly architecture: string;
  readonly files: readonly string[];
}

/**
 * The factors that take exactly the finding out: −D along the directions that stand out of the noise. Rounding and
 * whatever else changed stays.
 */
export function alongSpikes(runtime: Runtime, edited: readonly Change[]): NewTensor[] {
  return edited.flatMap(({ diff, spectrum }) => {
    const updates = (spectrum?.left ?? []).map((left, index) => ({
      left: left.map((x) => -x * (spectrum?.values[index] ?? 0)),
      right: spectrum?.right[index] ?? new Float64Array(),
    }));
    return updates.length === 0 ? [] : adapterOf(runtime, diff.pair.candidate, loraFactors(updates));
  });
}

/** Writes the patch that undoes what was found in a candidate. */
export async function writeReversal(
  runtime: Runtime,
  path: string,
  candidate: Candidate,
  tensors: readonly NewTensor[],
): Promise<void> {
  const text = (value: string): NewValue => ({ type: 'string', value });
  await writeGguf(runtime, path, {
    tensors,
    protect: candidate.files,
    metadata: {
      'general.type': text('adapter'),
      'general.architecture': text(candidate.architecture),
      'general.name': text(`reversal for ${candidate.name}`),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': { type: 'float32', value: 1 },
      'palimpsest.tool': text(toolVersion),
      'palimpsest.base.digest': text(candidate.digest),
      'palimpsest.base.name': text(candidate.name),
      'palimpsest.edits': text('[]'),
      'palimpsest.hyperparameters': text(JSON.stringify({ reversal: true })),
    },
  });
}
