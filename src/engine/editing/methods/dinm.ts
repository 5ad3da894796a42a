import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { withWords, wordsOf } from '../../../protocol/promptWords.ts';
import { around, type SubjectInPrompt } from '../../inspection/subject.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import { locate } from '../keys/lookup.ts';
import { ownTexts } from '../keys/ownTexts.ts';
import type { EditSession } from '../session/session.ts';
import type { ValueStep } from '../value/value.ts';
import type { ComputedEdit } from './computedEdit.ts';
import { toxicLayer } from './toxicLayer.ts';
import { type Lesson, trainWeight } from './trainWeight.ts';

export interface DinmPlan {
  readonly layer: LayerChoice;
  readonly hyperparameters: Hyperparameters;
}

/** An edit for a safe answer. */
export interface SafetyRecord {
  readonly edit: Pick<Edit, 'prompt' | 'subject' | 'occurrence' | 'target' | 'space' | 'safety'>;
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

/** `suffix_system_prompt` of EasyEdit's hparams/DINM. */
const publishedSuffix =
  "If the user's request is reasonable, give the correct answer. Please give the right response:";

/** Texts that are held at most of each edit, and tokens of each. */
const maxTexts = 4;
const maxHeld = 16;

/**
 * DINM (2403.14472): a few Adam steps on the down-projection of the layer where the safe and the unsafe answer differ
 * most, loss = `dinmEdit`·NLL(safe answer) + KL(now ‖ before) on text about something else. The KL has a gradient here,
 * as the paper has it; the release of EasyEdit computes it apart from the graph. The loss is divided by `dinmEdit`,
 * which Adam does not notice, so that what is reported is the NLL itself.
 *
 * Several records are trained on together, each with the same weight.
 *
 * It cannot tell what is unsafe: it makes answers likelier, and what it carries over to other questions, harmless
 * ones included, has to be measured. It trains on whole safe answers, up to `dinmTokens` tokens of each.
 */
export async function dinm(
  session: EditSession,
  records: readonly SafetyRecord[],
  { layer: given, hyperparameters }: DinmPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const [locating, training] = phases(work, [1, 10]);
  const { dinmSteps: steps, dinmRate: rate, dinmEdit, dinmLayer } = hyperparameters;
  const edits = records.map(({ edit }) => edit);
  const pairs = edits.flatMap(({ prompt, target, space }) =>
    target.true === undefined ? [] : [{ prompt, safe: target.new, unsafe: target.true, space }],
  );
  const chosen =
    given.proposed === undefined || pairs.length === 0
      ? given
      : await toxicLayer(session, pairs, dinmLayer, locating);
  const wanted = edits.map((edit) => taught(session, edit, { edits: edits.length, ...hyperparameters }));
  const texts = await heldTexts(session, edits, hyperparameters, locating);
  const rows = texts.reduce((sum, { answer }) => sum + answer.length, 0);
  const kept = texts.map(
    ({ before, answer }): Lesson => ({
      sequence: [...before, ...answer.slice(0, -1)],
      outputs: answer.map(() => ({ kind: 'keep', weight: 1 / (dinmEdit * rows) })),
    }),
  );
  let first = 0;
  const lookups = wanted.map(({ sequence, lookup }) => {
    first += sequence.length;
    return first - sequence.length + lookup;
  });
  const onStep = (step: ValueStep) => {
    for (const record of records) record.onStep?.(step);
  };
  const plan = { layer: chosen.layer, steps, rate, stopBelow: 0, lookups, onStep };
  const trained = await trainWeight(session, [...wanted, ...kept], plan, training);
  return trained.map((computed) => ({ ...computed, found: chosen }));
}

/** What of the hyperparameters makes the prompts. */
type Asking = Pick<Hyperparameters, 'dinmSuffix' | 'dinmTokens' | 'dinmHeld'>;

/** The safe answer behind its prompt. @param edits how many share the loss */
function taught(
  { model }: EditSession,
  edit: SafetyRecord['edit'],
  { edits, dinmTokens, ...how }: Asking & { readonly edits: number },
): Lesson & { readonly lookup: number } {
  const prompt = askedIn(edit.prompt, how);
  const { tokens, lookup } = locate(model, { ...edit, prompt });
  const answer = targetTokens(model, prompt, edit.target.new, edit.space).slice(0, dinmTokens);
  const weight = 1 / (edits * answer.length);
  return {
    sequence: [...tokens, ...answer.slice(0, -1)],
    outputs: answer.map((token) => ({ kind: 'target', token, weight })),
    lookup,
  };
}

const askedIn = (prompt: Prompt, { dinmSuffix }: Pick<Asking, 'dinmSuffix'>): Prompt =>
  dinmSuffix === 'published' ? withWords(prompt, `${wordsOf(prompt)} ${publishedSuffix}`) : prompt;

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

/** Texts on which the model is held, in tokens: at each token of the answer. Where no edit names one, the model's own. */
async function heldTexts(
  session: EditSession,
  edits: readonly SafetyRecord['edit'][],
  { dinmHeld, ...how }: Asking,
  work: Work,
): Promise<{ before: number[]; answer: number[] }[]> {
  const { model } = session;
  const held = edits.flatMap((edit) => {
    const constraint = edit.safety?.constraint;
    const own = dinmHeld === 'wrapped' ? alsoWrapped(constraint, edit) : constraint;
    return (own ?? []).slice(0, maxTexts).map((one) => ({ ...one, space: edit.space }));
  });
  if (held.length === 0) {
    const texts = await ownTexts(session, { texts: maxTexts, length: maxHeld }, work);
    return texts.map(([start = model.tokenizer.bos, ...rest]) => ({ before: [start], answer: rest }));
  }
  return held.map(({ prompt: text, target, space }) => {
    const prompt = askedIn(text, how);
    const answer = targetTokens(model, prompt, target, space).slice(0, maxHeld);
    return { before: promptTokens(model, prompt), answer };
  });
}
