import { InputError } from '../../errors.ts';
import { f32 } from '../../llama/graph.ts';
import { allFinite } from '../../weights/finite.ts';
import type { NewTensor } from '../../weights/writer.ts';
import { loraFactors } from './loraFactors.ts';
import { type LayerUpdate, type RankOneUpdate, weightOf } from './update.ts';

/**
 * Updates as the tensors of an adapter whose alpha is 1, layer by layer: for each weight `lora_a` holds the right
 * vectors as rows, `lora_b` the left vectors as columns. llama.cpp scales by alpha / rank; the left vectors carry the
 * rank.
 *
 * @throws InputError where a factor is not finite
 */
export function loraTensors(updates: readonly LayerUpdate[]): NewTensor[] {
  const inOrder = updates.toSorted((a, b) => a.layer - b.layer);
  return [...new Set(inOrder.map(weightOf))].flatMap((weight) =>
    pairOf(
      weight,
      inOrder.filter((update) => weightOf(update) === weight),
    ),
  );
}

/** The two factors of a weight's change. */
function pairOf(name: string, updates: readonly RankOneUpdate[]): NewTensor[] {
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
