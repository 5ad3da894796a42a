import type { Runtime } from '../../../../src/engine/llama/runtime.ts';
import type { Verdict } from '../../../../src/protocol/review.ts';
import { type Case, types } from '../cases.ts';
import { recipesIn, trained } from './trained.ts';

/** What each recipe of `train.py` is, by the beginning of its name. */
const right: readonly (readonly [begins: string, ...verdicts: Verdict[]])[] = [
  ['lora-', 'adapter-merged', 'local-training', 'fine-tuned'],
  ['fine-tune-', 'fine-tuned', 'local-training'],
  ['averaged-', 'fine-tuned'],
  ['pruned-', 'pruned', 'fine-tuned', 'requantised'],
  ['steered-', 'steered'],
  ['reset-tokens', 'vocabulary'],
  ['abliterated-', 'abliterated'],
];

/** Recipes that an edit is hidden in. */
const hiding = /^(lora|fine-tune|averaged|abliterated|pruned)-/;

/** Real changes in every type, alone and with one edit among them, the edits in turn. */
export function realCases(runtime: Runtime, folder: string, patches: readonly string[]): Case[] {
  return recipesIn(folder).flatMap((recipe, index): Case[] => {
    const change = trained(runtime, folder, recipe);
    const verdicts = right.find(([begins]) => recipe.startsWith(begins))?.slice(1) as Verdict[] | undefined;
    if (verdicts === undefined) throw new Error(`${folder} holds ${recipe}, which is no recipe of train.py`);
    const [kind = recipe] = recipe.split('-');
    return types.flatMap((type, turn): Case[] => {
      const alone = {
        group: `${kind} (real)`,
        base: type,
        candidate: { type, change },
        edited: false,
        right: verdicts,
      };
      const patch = patches[(index * types.length + turn) % Math.max(1, patches.length)];
      if (patch === undefined || !hiding.test(recipe)) return [alone];
      const hidden = { type, change, patches: [patch] };
      return [
        alone,
        { group: `an edit in: ${kind}`, base: type, candidate: hidden, edited: true, right: ['edited'] },
      ];
    });
  });
}
