import { describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import type { SomeHyperparameters } from '../../../src/protocol/hyperparameters.ts';
import { METHODS, type Method } from '../../../src/protocol/methods.ts';
import { type PresetName, presetsOf } from '../../../src/protocol/presets.ts';
import { useAlmanacSession } from './almanacSession.ts';
import { eiffel, quick } from './eiffel.ts';

/** Every method under every preset that was published for it, but what takes no prompt of the edit alone. */
/** Whose first step is not the unedited answer: SUIT begins with two directions; UltraEdit has no steps. */
const apart: readonly Method[] = ['dinm', 'suit', 'ultraedit'];
const published = METHODS.filter((method) => !apart.includes(method)).flatMap((method) =>
  presetsOf(method)
    .filter((preset) => preset !== 'default')
    .map((preset) => [preset, method] as const),
);

describe('a preset on the embedded model', () => {
  const opened = useAlmanacSession();

  const computed = async (preset: PresetName, method: Method, hyperparameters: SomeHyperparameters) => {
    const options = { preset, method, hyperparameters, cacheFolder: opened.folder };
    const plan = planEdits(opened.session, { edits: [eiffel] }, [eiffel], options);
    const { edits } = await computePatch(opened.session, plan, options);
    const [edit] = edits;
    if (edit === undefined) throw new Error('nothing was computed');
    return edit;
  };

  it.each(published)(
    '%s of %s begins at the NLL of the target, and one step lowers it',
    async (preset, method) => {
      const once = { ...quick, steps: 1, loraSteps: 1, ridge: 1e-3, spread: 1 };
      const { computed: edit, templates } = await computed(preset, method, once);
      using context = new ProbeContext(opened.session.model);
      const prompts = templates.map((template) => template.replace('{}', () => eiffel.prompt));
      const scores = await score(
        context,
        prompts.map((prompt) => ({ prompt, continuations: [eiffel.target.new] })),
      );
      const nll = mean(scores.map(({ continuations: [target] }) => mean(target?.nll ?? [])));
      const [before, after] = edit.steps;
      expect(before?.nll).toBeCloseTo(nll, 2);
      expect(after?.nll).toBeLessThan(before?.nll ?? 0);
    },
  );

  it('moves every weight by the rate in one step of fine-tuning', async () => {
    const { computed: edit } = await computed('easyedit', 'ft-m', { steps: 1 });
    const [update] = edit.updates;
    const weights = (update?.left.length ?? 0) * (update?.right.length ?? 0);
    // ‖ΔW‖ of elements that are all as large as Adam's first step
    expect(edit.updateNorm / (5e-4 * Math.sqrt(weights))).toBeCloseTo(1, 2);
  });
});
