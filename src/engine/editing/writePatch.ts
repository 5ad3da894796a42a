import { type NewTensor, writeGguf } from '../gguf/writer.ts';
import { f32 } from '../llama/graph.ts';
import type { Runtime } from '../llama/runtime.ts';
import type { PatchDescription } from './readPatch.ts';
import type { RankOneUpdate } from './update.ts';

export interface PatchContents extends PatchDescription {
  /** One update per edit, in order, each for its edit's layer. */
  readonly updates: readonly RankOneUpdate[];
}

/**
 * Writes edits as a GGUF LoRA adapter, which any llama.cpp program loads: for each edited layer `lora_a` holds the
 * right vectors as rows, `lora_b` the left vectors as columns. llama.cpp scales by alpha / rank; alpha is 1 and the
 * left vectors carry the rank.
 */
export async function writePatch(
  runtime: Runtime,
  path: string,
  patch: PatchContents,
  protect: readonly string[],
) {
  const layers = [...new Set(patch.edits.map(({ layer }) => layer))].sort((a, b) => a - b);
  const tensors = layers.flatMap((layer) =>
    loraPair(
      `blk.${layer}.ffn_down.weight`,
      patch.updates.filter((_, index) => patch.edits[index]?.layer === layer),
    ),
  );
  const text = (value: string) => ({ type: 'string', value }) as const;
  await writeGguf(runtime, path, {
    tensors,
    protect,
    metadata: {
      'general.type': text('adapter'),
      'general.architecture': text(patch.base.architecture),
      'general.name': text(patch.edits.map(({ id }) => id).join(', ')),
      'adapter.type': text('lora'),
      'adapter.lora.alpha': { type: 'float32', value: 1 },
      'palimpsest.tool': text(patch.tool),
      'palimpsest.base.digest': text(patch.base.digest),
      'palimpsest.base.name': text(patch.base.name),
      'palimpsest.edits': text(JSON.stringify(patch.edits)),
      'palimpsest.hyperparameters': text(JSON.stringify(patch.hyperparameters)),
      ...(patch.measures !== null && { 'palimpsest.measures': text(JSON.stringify(patch.measures)) }),
    },
  });
}

/** The two factors of a weight's change. */
export function loraPair(name: string, updates: readonly RankOneUpdate[]): NewTensor[] {
  const rank = updates.length;
  const width = updates[0]?.right.length ?? 0;
  const height = updates[0]?.left.length ?? 0;
  const a = new Float32Array(width * rank);
  const b = new Float32Array(rank * height);
  for (const [r, { left, right }] of updates.entries()) {
    a.set(right, r * width);
    for (const [i, x] of left.entries()) b[i * rank + r] = x * rank;
  }
  return [
    { name: `${name}.lora_a`, type: f32, ne: [width, rank], data: a },
    { name: `${name}.lora_b`, type: f32, ne: [rank, height], data: b },
  ];
}
