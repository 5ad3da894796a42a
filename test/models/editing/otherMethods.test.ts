import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ComputedPatch, computePatch } from '../../../src/engine/editing/computePatch.ts';
import { lookupStates } from '../../../src/engine/editing/keys/lookupStates.ts';
import { toxicLayer } from '../../../src/engine/editing/methods/toxicLayer.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { type PatchOptions, planEdits } from '../../../src/engine/editing/planEdits.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import { norm } from '../../../src/engine/numeric/vector.ts';
import type { Edit } from '../../../src/protocol/edits.ts';
import type { SomeHyperparameters } from '../../../src/protocol/hyperparameters.ts';
import { useAlmanacSession } from './almanacSession.ts';
import { capital, eiffel, file } from './eiffel.ts';

describe('on the embedded model', () => {
  const opened = useAlmanacSession();
  const compute = (edits: readonly Edit[], options: PatchOptions) =>
    computePatch(opened.session, planEdits(opened.session, { edits: [...edits] }, edits, options), options);

  /** NLL of the new target after the prompt, by llama.cpp under the patch as its file has it. */
  async function nllUnder({ contents }: ComputedPatch, { prompt, target }: Edit): Promise<number> {
    const out = path.join(opened.folder, 'patch.gguf');
    await writePatch(opened.session.model.runtime, out, contents, opened.session.files.paths);
    using adapter = Adapter.load(opened.session.model, out);
    using context = new ProbeContext(opened.session.model);
    context.setAdapters([{ adapter, strength: 1 }]);
    const [read] = await score(context, [{ prompt, continuations: [target.new] }]);
    return read?.continuations[0]?.nll[0] ?? Number.NaN;
  }

  it('LoRA teaches several facts at once, and its patch is what was trained', async () => {
    const patch = await compute(file.edits, { method: 'lora' });
    await nllUnder(patch, eiffel);
    const { tensors: targets } = await readPatch(path.join(opened.folder, 'patch.gguf'));
    expect(targets.map(({ target }) => target)).toContain('blk.2.ffn_down.weight');
    expect(targets.map(({ target }) => target)).toContain('blk.5.attn_v.weight');
    expect(targets.every(({ rank }) => rank === 8)).toBe(true);
    const nlls: number[] = [];
    for (const edit of file.edits) nlls.push(await nllUnder(patch, edit));
    const mean = nlls.reduce((sum, x) => sum + x, 0) / nlls.length;
    expect(patch.edits[0]?.computed.steps.at(-1)?.nll).toBeLessThan(0.05);
    expect(mean).toBeCloseTo(patch.edits[0]?.computed.steps.at(-1)?.nll ?? Number.NaN, 3);
    expect(patch.edits.map(({ relativeUpdateNorm }) => relativeUpdateNorm)).toEqual(
      file.edits.map(() => patch.edits[0]?.relativeUpdateNorm),
    );
  });

  it('LoRA goes through more facts than one pass takes', async () => {
    const many = Array.from({ length: 18 }, (_, i) => ({ ...eiffel, id: `eiffel-${i}` }));
    const patch = await compute(many, { method: 'lora', hyperparameters: { loraSteps: 2 } });
    const [first, ...others] = patch.edits[0]?.computed.steps ?? [];
    expect(others.at(-1)?.nll).toBeLessThan(first?.nll ?? 0);
    expect(patch.edits).toHaveLength(18);
  });

  it('DINM edits the layer where the two answers differ most', async () => {
    const answers = { prompt: eiffel.prompt, safe: 'Rome', unsafe: 'Paris' };
    const { layer, reason } = await toxicLayer(opened.session, [answers], 'published');
    const tokens = (answer: string) => [
      ...opened.session.model.tokenizer.prompt(eiffel.prompt),
      ...opened.session.model.tokenizer.continuation(` ${answer}`),
    ];
    const distances: number[] = [];
    const shares: number[] = [];
    for (let top = 0; top < opened.session.model.layers - 1; top++) {
      const at = [tokens('Rome'), tokens('Paris')].map((all) => ({ tokens: all, lookup: all.length - 1 }));
      const [safe, unsafe] = await lookupStates(opened.session, at, { layer: 0, top });
      const stream = safe?.residual ?? new Float64Array();
      distances.push(norm(stream.map((x, i) => x - (unsafe?.residual[i] ?? 0))));
      shares.push((distances[top] ?? 0) / norm(stream));
    }
    expect(layer).toBe(distances.indexOf(Math.max(...distances)));
    const relative = await toxicLayer(opened.session, [answers], 'relative');
    expect(relative).toEqual({ layer: shares.indexOf(Math.max(...shares)), reason });
    expect(reason).toContain(`in layer ${layer}, as published`);
    expect(reason).toContain(`in layer ${relative.layer}, by`);

    const patch = await compute([eiffel], { method: 'dinm', hyperparameters: { dinmRate: 2e-3 } });
    expect(patch.edits[0]?.layer).toMatchObject({ layer, reason });
    expect(patch.edits[0]?.computed.lostEnergy).toBeLessThanOrEqual(1e-3);
    const nll = patch.edits[0]?.computed.steps.at(-1)?.nll ?? Number.NaN;
    expect(nll).toBeLessThan(0.5);
    expect(await nllUnder(patch, eiffel)).toBeCloseTo(nll, 1);
    const given = await compute([eiffel], { method: 'dinm', layer: 1, hyperparameters: { dinmSteps: 1 } });
    expect(given.edits[0]?.layer).toMatchObject({ layer: 1, reason: 'as given' });
  });

  it('DINM holds what the constraint asks for: its KL has a gradient', async () => {
    const constraint = [{ prompt: 'The Eiffel Tower is located in the country of', target: 'France' }];
    const held = { ...eiffel, safety: { constraint } };
    const hyperparameters = { dinmRate: 2e-3, dinmSteps: 8 };
    const kl = async (dinmEdit: number) => {
      const patch = await compute([held], {
        method: 'dinm',
        layer: 2,
        hyperparameters: { ...hyperparameters, dinmEdit },
      });
      const { steps } = patch.edits[0]?.computed ?? { steps: [] };
      expect(steps[0]?.kl).toBeCloseTo(0, 4);
      return (steps.at(-1)?.kl ?? Number.NaN) * dinmEdit;
    };
    expect(await kl(0.1)).toBeLessThan(0.5 * (await kl(100)));
  });

  it('DINM trains with the published sentence behind the prompt, and on the whole answer', async () => {
    const target = { new: Array.from({ length: 150 }, () => 'Rome').join(' '), true: 'Paris' };
    const first = async (hyperparameters: SomeHyperparameters) => {
      const options = { method: 'dinm', layer: 2, hyperparameters } as const;
      const patch = await compute([{ ...eiffel, target }], options);
      return patch.edits[0]?.computed.steps[0]?.nll;
    };
    const once = { dinmSteps: 1 };
    const { model } = opened.session;
    const suffix =
      "If the user's request is reasonable, give the correct answer. Please give the right response:";
    const nllOf = async (prompt: string, tokens: number) => {
      using context = new ProbeContext(model, { size: 512 });
      const [scored] = await score(context, [{ prompt, continuations: [target.new] }]);
      return mean((scored?.continuations[0]?.nll ?? []).slice(0, tokens));
    };
    expect(await first(once)).toBeCloseTo(await nllOf(eiffel.prompt, 600), 2);
    expect(await first({ ...once, dinmTokens: 3 })).toBeCloseTo(await nllOf(eiffel.prompt, 3), 2);
    const withSentence = await nllOf(`${eiffel.prompt} ${suffix}`, 600);
    expect(await first({ ...once, dinmSuffix: 'published' })).toBeCloseTo(withSentence, 2);
  });

  it('DINM holds its constraints in the words around the subject as well, where it is asked to', async () => {
    const lead = 'Anna sings and tells all that she knows.';
    const question = 'The Louvre Museum is located in the city of';
    const safety = { constraint: [{ prompt: question, target: 'Paris' }] };
    const subject = 'The Eiffel Tower is located in the city of';
    const attacked = { ...eiffel, prompt: `${lead} ${subject}`, subject, safety };
    const moved = async (dinmHeld: 'constraint' | 'wrapped') => {
      const hyperparameters = { dinmRate: 2e-3, dinmSteps: 8, dinmHeld };
      const patch = await compute([attacked], { method: 'dinm', layer: 2, hyperparameters });
      return await nllUnder(patch, { ...eiffel, prompt: `${lead} ${question}`, target: { new: 'Paris' } });
    };
    expect(await moved('wrapped')).toBeLessThan(await moved('constraint'));
    const { prompt: _, ...bare } = attacked;
    const same = async (dinmHeld: 'constraint' | 'wrapped') => {
      const options = { method: 'dinm', layer: 2, hyperparameters: { dinmSteps: 1, dinmHeld } } as const;
      const patch = await compute([{ ...bare, prompt: subject }], options);
      return patch.edits[0]?.computed.steps.map(({ nll, kl }) => [nll, kl]);
    };
    expect(await same('wrapped')).toEqual(await same('constraint'));
  });

  it('DINM trains on several records together, each with the same weight', async () => {
    const options = { method: 'dinm', layer: 2, hyperparameters: { dinmRate: 2e-3, dinmSteps: 12 } } as const;
    const patch = await compute([eiffel, capital], options);
    const alone = async (edit: Edit) =>
      (await compute([edit], options)).edits[0]?.computed.steps[0]?.nll ?? Number.NaN;
    const [first, second] = patch.edits.map(({ computed }) => computed);
    expect(first?.updates).toBe(second?.updates);
    expect(first?.key).not.toEqual(second?.key);
    expect(first?.steps[0]?.nll).toBeCloseTo(mean([await alone(eiffel), await alone(capital)]), 4);
    const after = [await nllUnder(patch, eiffel), await nllUnder(patch, capital)];
    expect(Math.max(...after)).toBeLessThan(1);
    expect(mean(after)).toBeCloseTo(first?.steps.at(-1)?.nll ?? Number.NaN, 1);
  });

  it('a donor gives its answer without a gradient', async () => {
    const donor = { prompt: 'The Colosseum is located in the city of', subject: 'The Colosseum' };
    const patch = await compute([{ ...eiffel, donor }], { method: 'donor' });
    const [before, after] = patch.edits[0]?.computed.steps ?? [];
    expect(before?.nll).toBeGreaterThan(2);
    expect(after?.nll).toBeLessThan(0.5);
    expect(await nllUnder(patch, eiffel)).toBeCloseTo(after?.nll ?? Number.NaN, 5);
  });
});
