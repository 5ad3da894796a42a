import { afterAll, describe, expect, it } from 'vitest';
import { expectModel } from '../../../src/engine/gguf/kind.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { architectures, refused } from './architectures.ts';
import { TinyModels } from './write.ts';

describe('the tiny models', () => {
  const models = new TinyModels();
  afterAll(() => models[Symbol.dispose]());

  it.each([...Object.keys(architectures), ...Object.keys(refused)])('%s runs and is no toy', async (name) => {
    const file = await models.write(name);
    expectModel((await readModelFiles(file)).header);
    using model = await Model.load(file);
    using context = new Context(model, { size: 64, threads: 1, tapped: true });
    const attention: Float32Array[] = [];
    const batch = new TokenBatch(TokenBatch.sequence([1, 70, 80, 90, 100, 110, 120, 130]));
    await context.tap?.during(
      {
        wants: ({ name }) => name.startsWith('kq_soft_max'),
        visit: (node) => {
          attention.push(node.read());
        },
      },
      () => context.decode(batch),
    );
    const logits = context.logits(7);
    const spread = Math.sqrt(logits.reduce((sum, x) => sum + x * x, 0) / logits.length);
    expect(spread).toBeGreaterThan(0.5);
    expect(spread).toBeLessThan(10);
    if (name === 'mamba') return;
    // a uniform row over eight tokens would have no weight above 1/8
    expect(Math.max(...attention.flatMap((values) => [...values.subarray(-256)]))).toBeGreaterThan(0.25);
  });
});
