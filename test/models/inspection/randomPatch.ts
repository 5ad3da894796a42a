import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';

/** A rank-one change of one layer's down-projection by random vectors, loaded beside the model. */
export async function randomPatch(
  model: Model,
  {
    layer,
    architecture,
    neurons,
    size,
  }: { layer: number; architecture: string; neurons: number; size: number },
): Promise<Adapter> {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-patch-'));
  const random = new Random(7);
  const name = `blk.${layer}.ffn_down.weight`;
  try {
    const file = path.join(folder, 'random.gguf');
    await writeGguf(model.runtime, file, {
      tensors: [
        { name: `${name}.lora_a`, type: 0, ne: [neurons, 1], data: random.normals(neurons, size) },
        {
          name: `${name}.lora_b`,
          type: 0,
          ne: [1, model.embedding],
          data: random.normals(model.embedding, size),
        },
      ],
      metadata: {
        'general.type': { type: 'string', value: 'adapter' },
        'general.architecture': { type: 'string', value: architecture },
        'adapter.type': { type: 'string', value: 'lora' },
        'adapter.lora.alpha': { type: 'float32', value: 1 },
      },
    });
    return Adapter.load(model, file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
