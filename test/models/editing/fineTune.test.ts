import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { fineTune } from '../../../src/engine/editing/methods/fineTune.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { argmax } from '../../../src/engine/inspection/nextToken.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { Traced } from '../autodiff/traced.ts';
import { TinyModels } from '../tiny/write.ts';
import { useAlmanacSession } from './almanacSession.ts';
import { eiffel } from './eiffel.ts';

describe('the gradient at every token', () => {
  it('is what central differences of the loss say', async () => {
    using models = new TinyModels();
    using model = await models.load('llama');
    using traced = await Traced.of(model, { layer: 0 });
    using objective = await traced.objective();
    const [, tokens] = traced.site.struct.ne;
    const random = new Random(3);
    const at = random.normals(objective.width * tokens, 0.3);
    const direction = random.normals(at.length);
    const { gradient } = await objective.evaluateEach(at);
    const along = gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
    const step = 1e-3;
    const loss = async (by: number) => {
      const { nll, kl } = await objective.evaluateEach(at.map((x, i) => x + by * (direction[i] ?? 0)));
      return nll + kl;
    };
    const measured = ((await loss(step)) - (await loss(-step))) / (2 * step);
    expect(Math.abs(measured - along)).toBeLessThan(0.01 * Math.abs(along));
  });
});

describe('fine-tuning', () => {
  const opened = useAlmanacSession();
  const request = { prompt: eiffel.prompt, subject: eiffel.subject, target: eiffel.target.new };

  it('by FT-M changes the fact, as a patch like any other that tells what it leaves out', async () => {
    const options = { method: 'ft-m', hyperparameters: { fineTuneRate: 2e-3 } } as const;
    const file = { edits: [eiffel] };
    const patch = await computePatch(
      opened.session,
      planEdits(opened.session, file, file.edits, options),
      options,
    );
    const out = path.join(opened.folder, 'ft.gguf');
    await writePatch(opened.session.model.runtime, out, patch.contents, opened.session.files.paths);
    const { description } = await readPatch(out);
    expect(description?.edits[0]).toMatchObject({ method: 'ft-m', layer: 2 });
    expect(description?.edits[0]?.lostEnergy).toBeLessThanOrEqual(1e-3);
    expect(description?.edits[0]?.nll[1]).toBeLessThan(0.05);

    using adapter = Adapter.load(opened.session.model, out);
    using context = new Context(opened.session.model, { size: 256 });
    context.setAdapters([{ adapter, strength: 1 }]);
    const tokens = opened.session.model.tokenizer.prompt(eiffel.prompt);
    await context.decode(new TokenBatch(TokenBatch.sequence(tokens)));
    const logits = context.logits(tokens.length - 1);
    expect(opened.session.model.tokenizer.piece(argmax(logits))).toBe(' Rome');
    // the patched model's own loss is the one that training ended with, but for what was left out
    const highest = Math.max(...logits);
    const total = logits.reduce((sum, x) => sum + Math.exp(x - highest), 0);
    const target = opened.session.model.tokenizer.continuation(' Rome')[0] ?? 0;
    const nll = highest + Math.log(total) - (logits[target] ?? 0);
    expect(nll).toBeCloseTo(description?.edits[0]?.nll[1] ?? Number.NaN, 1);
  });

  it('moves protected facts less than it does without protection', async () => {
    const hyperparameters = { ...defaults, fineTuneRate: 2e-3, protect: 3 };
    const plan = { method: 'ft-m', layer: 2, hyperparameters } as const;
    const protect = (eiffel.probes?.sameSubject ?? []).map(({ prompt }) => prompt);
    const held = await fineTune(opened.session, request, { ...plan, protect });
    expect(held.steps.at(-1)?.nll).toBeLessThan(0.05);
    // what is held is a part of the loss; at the start nothing has moved
    expect(held.steps[0]?.kl).toBeCloseTo(0, 5);
    expect(Math.max(...held.steps.map(({ kl }) => kl))).toBeGreaterThan(0);
    const free = await fineTune(opened.session, request, plan);
    expect(free.steps.every(({ kl }) => kl === 0)).toBe(true);
    expect(held.updateNorm).not.toBe(free.updateNorm);
  });

  it('by FT-L keeps every weight within the bound', async () => {
    const fineTuneBound = 2e-3;
    const hyperparameters = { ...defaults, fineTuneRate: 1e-3, fineTuneBound, steps: 8 };
    const { updates, steps } = await fineTune(opened.session, request, {
      method: 'ft-l',
      layer: 2,
      hyperparameters,
    });
    expect(steps.at(-1)?.nll).toBeLessThan(steps[0]?.nll ?? 0);
    let largest = 0;
    const [height, width] = [updates[0]?.left.length ?? 0, updates[0]?.right.length ?? 0];
    for (let i = 0; i < height; i++) {
      const row = new Float64Array(width);
      for (const { left, right } of updates) {
        for (let j = 0; j < width; j++) row[j] = (row[j] ?? 0) + (left[i] ?? 0) * (right[j] ?? 0);
      }
      largest = Math.max(largest, ...row.map(Math.abs));
    }
    // the truncation may move a weight by a little
    expect(largest).toBeLessThan(1.2 * fineTuneBound);
    expect(largest).toBeGreaterThan(0.8 * fineTuneBound);
  });
});
