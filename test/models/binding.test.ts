import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TokenBatch } from '../../src/engine/llama/batch.ts';
import { Context } from '../../src/engine/llama/context.ts';
import { Model } from '../../src/engine/llama/model.ts';
import { smollm2, withSmollm2 } from './models.ts';

describe.skipIf(!withSmollm2)('the binding', () => {
  let model: Model;
  beforeAll(async () => {
    model = await Model.load(smollm2());
  });
  afterAll(() => model.dispose());

  it('knows the capital of France', async () => {
    using context = new Context(model, { size: 64 });
    const tokens = model.tokenizer.prompt('The capital of France is');
    const batch = new TokenBatch(TokenBatch.sequence(tokens));
    await context.decode(batch);
    const logits = context.logits(tokens.length - 1);
    expect(model.tokenizer.piece(logits.indexOf(Math.max(...logits)))).toBe(' Paris');
  });

  it('sees every node of a pass, and a value written into one changes the rest', async () => {
    using context = new Context(model, { size: 64, tapped: true });
    const tokens = model.tokenizer.prompt('The capital of France is');
    const batch = new TokenBatch(TokenBatch.sequence(tokens));
    const names: string[] = [];
    await context.tap?.during({ wants: (node) => names.push(node.name) < 0, visit: () => {} }, () =>
      context.decode(batch),
    );
    expect(names.filter((name) => /^l_out-\d+$/.test(name))).toHaveLength(model.layers);
    const before = context.logits(tokens.length - 1);
    context.clear();
    await context.tap?.during(
      {
        wants: (node) => node.name === 'l_out-3',
        visit: (node) => node.write(node.read().map((x) => x + 1)),
      },
      () => context.decode(batch),
    );
    expect(context.logits(tokens.length - 1)).not.toEqual(before);
    context.clear();
    await context.decode(batch);
    expect(context.logits(tokens.length - 1)).toEqual(before);
  });

  it('stops inside a decode when it is cancelled', async () => {
    using context = new Context(model, { size: 512 });
    const batch = new TokenBatch(TokenBatch.sequence(Array.from({ length: 500 }, (_, i) => i + 100)));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 20);
    await expect(context.decode(batch, abort.signal)).rejects.toThrow('canceled');
    context.clear();
    await context.decode(new TokenBatch(TokenBatch.sequence([100, 101])));
  });
});
