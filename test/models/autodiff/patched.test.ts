import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';
import { TinyModels } from '../tiny/write.ts';
import { compareWithFormulas } from './compare.ts';
import { Traced } from './traced.ts';

describe('the twin of a patched model', () => {
  const models = new TinyModels();
  let model: Model;
  let folder: string;
  beforeAll(async () => {
    model = await models.load('llama');
    folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-patched-'));
  });
  afterAll(async () => {
    model.dispose();
    models[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  /** A patch of the down-projection of `layer` that changes much. */
  async function patch(layer: number, rank: number): Promise<Adapter> {
    const file = path.join(folder, `${layer}.gguf`);
    const random = new Random(layer);
    const name = `blk.${layer}.ffn_down.weight`;
    await writeGguf(model.runtime, file, {
      metadata: {
        'general.type': { type: 'string', value: 'adapter' },
        'general.architecture': { type: 'string', value: 'llama' },
        'adapter.type': { type: 'string', value: 'lora' },
        'adapter.lora.alpha': { type: 'float32', value: rank },
      },
      tensors: [
        { name: `${name}.lora_a`, type: 0, ne: [96, rank], data: random.normals(96 * rank, 0.1) },
        { name: `${name}.lora_b`, type: 0, ne: [rank, 64], data: random.normals(64 * rank) },
      ],
    });
    return Adapter.load(model, file);
  }

  it.each([Number.POSITIVE_INFINITY, 20_000, 0])(
    'has its logits and its gradient, through patches above and on the edited layer (room for copies: %d)',
    async (room) => {
      using above = await patch(2, 3);
      using same = await patch(1, 1);
      using plain = await Traced.of(model);
      using traced = await Traced.of(model, { prefix: 8, adapters: [above, same], room });
      expect(traced.weights.bytes).toBeLessThanOrEqual(room);
      expect(traced.logits).not.toEqual(plain.logits);
      using objective = await traced.objective();
      const { found, exact, error } = await compareWithFormulas(traced, objective);
      expect(found.nll).toBeCloseTo(exact.nll, 4);
      expect(error).toBeLessThan(1e-3);
    },
  );
});
