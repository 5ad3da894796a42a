import { median } from '../../numeric/median.ts';
import type { Checkpoint } from '../../safetensors/checkpoint.ts';
import { beyondRounding, type Change } from './change.ts';
import { placeOf } from './inventory.ts';
import type { TensorDiff } from './tensorDiff.ts';

/** Whether the names and layouts of two forms were laid over each other rightly, as far as the weights show it. */
export interface MappingHolds {
  /** A sentence where nothing speaks against it. */
  readonly holds: readonly string[];
  /** A sentence for each role whose weights have nothing to do with each other. */
  readonly doubts: readonly string[];
}

/** ‖D‖ / ‖W‖ from which on matrices are strangers; of independent ones it is √2. */
const strangers = 0.9;

/**
 * Where one model is GGUF and the other safetensors, the same matrices in the wrong order look like matrices of another
 * model: all layers of a role differ by more than their own size, and others do not differ at all.
 */
export function mappingOf(
  base: Checkpoint,
  candidate: Checkpoint,
  diffs: readonly TensorDiff[],
  changes: readonly Change[],
): MappingHolds {
  if ((base.safetensors === undefined) === (candidate.safetensors === undefined))
    return { holds: [], doubts: [] };
  const agree = diffs.length - changes.filter(beyondRounding).length;
  const moved = new Map(changes.map((change) => [change.diff.pair.name, change.relative]));
  const byRole = new Map<string, number[]>();
  for (const { pair } of diffs) {
    const { role } = placeOf(pair.name);
    byRole.set(role, [...(byRole.get(role) ?? []), moved.get(pair.name) ?? 0]);
  }
  const doubtful = [...byRole].filter(([, relative]) => median(relative) > strangers);
  if (doubtful.length === 0) {
    return {
      holds: [`${agree} of ${diffs.length} tensors agree within rounding under the converter's mapping.`],
      doubts: [],
    };
  }
  const named = doubtful.map(([role]) => role).join(', ');
  return {
    holds: [],
    doubts: [
      `The mapping of names and layouts does not hold for ${named}: these have nothing in common in the two models, while ${agree} of ${diffs.length} tensors agree within rounding. Either they were replaced in all layers, or the GGUF file was converted in another way than convert_hf_to_gguf.py does it; review two files of one form to know.`,
    ],
  };
}
