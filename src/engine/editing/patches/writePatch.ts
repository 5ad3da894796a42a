import type { PatchDescription } from '../../../protocol/editing.ts';
import { InputError } from '../../errors.ts';
import { allFinite } from '../../gguf/finite.ts';
import { type NewTensor, writeGguf } from '../../gguf/writer.ts';
import { f32 } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { loraFactors } from './loraFactors.ts';
import { patchMetadata } from './patchMetadata.ts';
import { type LayerUpdate, type RankOneUpdate, weightOf } from './update.ts';

export interface PatchContents extends PatchDescription {
  /** What the edits add, each to its weight. */
  readonly updates: readonly LayerUpdate[];
}

/**
 * Writes edits as a GGUF LoRA adapter, which any llama.cpp program loads: for each edited weight `lora_a` holds the
 * right vectors as rows, `lora_b` the left vectors as columns. llama.cpp scales by alpha / rank; alpha is 1 and the
 * left vectors carry the rank.
 *
 * @throws InputError where a factor is not finite
 */
export async function writePatch(
  runtime: Runtime,
  path: string,
  patch: PatchContents,
  protect: readonly string[],
) {
  const inOrder = patch.updates.toSorted((a, b) => a.layer - b.layer);
  const tensors = [...new Set(inOrder.map(weightOf))].flatMap((weight) =>
    loraPair(
      weight,
      inOrder.filter((update) => weightOf(update) === weight),
    ),
  );
  const { base, edits, hyperparameters, tool, measures } = patch;
  const description = { base, edits, hyperparameters, tool, measures };
  const name = edits.map(({ id }) => id).join(', ');
  await writeGguf(runtime, path, { tensors, protect, metadata: patchMetadata(description, name) });
}

/** The two factors of a weight's change. */
function loraPair(name: string, updates: readonly RankOneUpdate[]): NewTensor[] {
  const { rank, a, b } = loraFactors(updates);
  const width = a.length / rank;
  const height = b.length / rank;
  const scaled = b.map((x) => x * rank);
  if (!allFinite(a) || !allFinite(scaled)) {
    throw new InputError(
      `The change of ${name} came out with values that are not finite (NaN or infinity); take another layer or method.`,
    );
  }
  return [
    { name: `${name}.lora_a`, type: f32, ne: [width, rank], data: a },
    { name: `${name}.lora_b`, type: f32, ne: [rank, height], data: scaled },
  ];
}
