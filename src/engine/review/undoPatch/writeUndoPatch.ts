import { loraFactors } from '../../editing/patches/loraFactors.ts';
import { patchMetadata } from '../../editing/patches/patchMetadata.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { at } from '../../numeric/at.ts';
import { toolVersion } from '../../version.ts';
import { type NewTensor, writeGguf } from '../../weights/writer.ts';
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
    const { left, right, values } = spectrum ?? { left: [], right: [], values: [] };
    const updates = left.map((direction, index) => ({
      left: direction.map((x) => -x * at(values, index)),
      right: at(right, index),
    }));
    return updates.length === 0 ? [] : adapterOf(runtime, diff.pair.candidate, loraFactors(updates));
  });
}

/** Writes the patch that undoes what was found in a candidate. */
export async function writeUndoPatch(
  runtime: Runtime,
  path: string,
  candidate: Candidate,
  tensors: readonly NewTensor[],
): Promise<void> {
  const { digest, name, architecture, files } = candidate;
  const description = {
    base: { digest, name, architecture },
    edits: [],
    hyperparameters: { reversal: true },
    tool: toolVersion,
    measures: null,
  };
  await writeGguf(runtime, path, {
    tensors,
    protect: files,
    metadata: patchMetadata(description, `reversal for ${name}`),
  });
}
