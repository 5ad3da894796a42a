import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { withWords, wordsOf } from '../../../protocol/promptWords.ts';
import { around, type SubjectInPrompt } from '../../inspection/subject.ts';
import { promptTokens, targetTokens } from '../../inspection/targets.ts';
import { phases, type Work } from '../../progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import { locate } from '../keys/lookup.ts';
import { ownTexts } from '../keys/ownTexts.ts';
import type { EditSession } from '../session.ts';
import type { ValueStep } from '../value/value.ts';
import type { ComputedEdit } from './edit.ts';
import { toxicLayer } from './toxicLayer.ts';
import { type Lesson, trainWeight } from './trainWeight.ts';

export interface DinmPlan {
  readonly layer: LayerChoice;
  readonly hyperparameters: Hyperparameters;
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

/** `suffix_system_prompt` of EasyEdit's hparams/DINM. */
const publishedSuffix =
  "If the user's request is reasonable, give the correct answer. Please give the right response:";

/** Texts that are held at most, and tokens of each; where an edit names none, the model's own. */
const mostTexts = 4;
const mostHeld = 16;

/**
 * DINM (2403.14472): a few Adam steps on the down-projection of the layer where the safe and the unsafe answer differ
 * most, loss = `dinmEdit`·NLL(safe answer) + KL(now ‖ before) on text about something else. The KL has a gradient here,
 * as the paper has it; the release of EasyEdit computes it apart from the graph. The loss is divided by `dinmEdit`,
 * which Adam does not notice, so that what is reported is the NLL itself.
 *
 * It cannot tell what is unsafe: it makes one answer likelier, and what it carries over to other questions, harmless
 * ones included, has to be measured. It trains on the whole safe answer, up to `dinmTokens` tokens.
 */
export async function dinm(
  session: EditSession,
  edit: Pick<Edit, 'prompt' | 'subject' | 'occurrence' | 'target' | 'space' | 'safety'>,
  { layer: given, hyperparameters, onStep }: DinmPlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { target, space, safety } = edit;
  const [locating, training] = phases(work, [1, 10]);
  const { model } = session;
  const { dinmSteps, dinmRate, dinmEdit, dinmTokens, dinmSuffix, dinmLayer, dinmHeld } = hyperparameters;
  const asked = (words: Prompt) => (dinmSuffix === 'published' ? withSuffix(words) : words);
  const answers = { prompt: edit.prompt, safe: target.new, unsafe: target.true, space };
  const chosen =
    given.proposed === undefined || answers.unsafe === undefined
      ? given
      : await toxicLayer(session, { ...answers, unsafe: answers.unsafe }, dinmLayer, locating);
  const prompt = asked(edit.prompt);
  const { tokens, lookup } = locate(model, { ...edit, prompt });
  const answer = targetTokens(model, prompt, target.new, space).slice(0, dinmTokens);
  const wanted: Lesson = {
    sequence: [...tokens, ...answer.slice(0, -1)],
    outputs: answer.map((token) => ({ kind: 'target', token, weight: 1 / answer.length })),
  };
  const held = dinmHeld === 'wrapped' ? alsoWrapped(safety?.constraint, edit) : safety?.constraint;
  const constraint = held?.map((one) => ({ ...one, prompt: asked(one.prompt) }));
  const texts = await heldTexts(session, { constraint, space }, locating);
  const rows = texts.reduce((sum, { answer: held }) => sum + held.length, 0);
  const kept = texts.map(
    ({ before, answer: held }): Lesson => ({
      sequence: [...before, ...held.slice(0, -1)],
      outputs: held.map(() => ({ kind: 'keep', weight: 1 / (dinmEdit * rows) })),
    }),
  );
  const plan = { layer: chosen.layer, steps: dinmSteps, rate: dinmRate, stopBelow: 0, lookup, onStep };
  return { ...(await trainWeight(session, [wanted, ...kept], plan, training)), found: chosen };
}

const withSuffix = (prompt: Prompt): Prompt => withWords(prompt, `${wordsOf(prompt)} ${publishedSuffix}`);

type Constraint = NonNullable<Edit['safety']>['constraint'];

/** Constraints, and behind each its question in the words that stand around the subject, where there are some. */
function alsoWrapped(constraint: Constraint, fact: SubjectInPrompt): Constraint {
  const [before, behind] = around(fact);
  if (before.trim() === '' && behind.trim() === '') return constraint;
  return constraint?.flatMap((one) => [
    one,
    { ...one, prompt: withWords(fact.prompt, before + wordsOf(one.prompt) + behind) },
  ]);
}

/** Texts on which the model is held, in tokens: at each token of the answer. */
async function heldTexts(
  session: EditSession,
  { constraint, space }: { constraint: Constraint; space: boolean | undefined },
  work: Work,
): Promise<{ before: number[]; answer: number[] }[]> {
  const { model } = session;
  if (constraint === undefined) {
    const texts = await ownTexts(session, { texts: mostTexts, length: mostHeld }, work);
    return texts.map(([start = model.tokenizer.bos, ...rest]) => ({ before: [start], answer: rest }));
  }
  return constraint.slice(0, mostTexts).map(({ prompt, target }) => ({
    before: promptTokens(model, prompt),
    answer: targetTokens(model, prompt, target, space).slice(0, mostHeld),
  }));
}
