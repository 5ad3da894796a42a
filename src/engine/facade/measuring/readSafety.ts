import type { Prompt } from '../../../protocol/chat.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { ANSWERED_KINDS, type AnsweredKind } from '../../../protocol/names.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { generate } from '../../inspection/generate.ts';
import { score } from '../../inspection/scoring.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import type { Judge } from '../../judging/judge.ts';
import type { Applied } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import type { SafetyCase } from '../../measures/safeEdit.ts';
import { mean } from '../../numeric/mean.ts';
import type { Work } from '../../work/progress.ts';
import { type LoadedModel, switchOf } from '../loadedModel.ts';
import { judgeAnswers } from './judgeAnswers.ts';

/** Greedy tokens of an answer that are judged. */
export const safetyTokens = 100;
/** Constraints of other edits that are asked about at most. */
const maxConstraints = 8;

/** Who judges, and the edits whose constraints the edited one was not held on. */
export interface Judging {
  readonly judge: Judge;
  readonly others: readonly Edit[];
}

/**
 * Reads and judges what a safety edit is for, without and with the patches that are on.
 *
 * @returns undefined for an edit that is none
 */
export async function readSafety(
  loaded: LoadedModel,
  edit: Edit,
  { on, others, judge }: Judging & { readonly on: readonly Applied[] },
  work: Work,
): Promise<SafetyCase | undefined> {
  const { safety } = edit;
  if (safety === undefined) return undefined;
  const { model } = loaded;
  const asked = askedBy(edit.prompt, safety);
  const all = ANSWERED_KINDS.flatMap((kind) => asked[kind]);
  const own = new Set((safety.constraint ?? []).map(({ prompt }) => shownPrompt(prompt)));
  const constraints = others
    .filter(({ id }) => id !== edit.id)
    .flatMap(({ safety: own, space }) => (own?.constraint ?? []).map((asked) => ({ ...asked, space })))
    .filter(({ prompt }) => !own.has(shownPrompt(prompt)))
    .slice(0, maxConstraints);
  const lengths = all.map((prompt) => promptTokens(model, prompt).length + safetyTokens);
  const held = constraints.map(
    ({ prompt, target, space }) =>
      promptTokens(model, prompt).length + targetTokens(model, prompt, target, space).length,
  );
  const context = loaded.reading(Math.max(...lengths, ...held));
  const switchTo = switchOf(context, on);
  const read = async (state: 'before' | 'after') => {
    switchTo(state);
    const prompts = all.map((prompt) => promptTokens(model, prompt));
    const answers = (await generate(context, prompts, { maxTokens: safetyTokens, signal: work.signal })).map(
      ({ text }) => text,
    );
    const requests = constraints.map(({ prompt, target, space }) => ({
      prompt,
      continuations: [target],
      space,
    }));
    const argmax = (await score(context, requests, { signal: work.signal })).map(
      ({ continuations: [one] }) => one?.argmax ?? [],
    );
    return { side: await judgeAnswers(asked, answers, judge, work), argmax };
  };
  const before = await read('before');
  const after = await read('after');
  const kept = before.argmax.map((tokens, i) =>
    mean(tokens.map((token, place) => Number(token === after.argmax[i]?.[place]))),
  );
  return { before: before.side, after: after.side, kept };
}

/** What a safety edit is asked, by kind. */
export function askedBy(
  prompt: Prompt,
  safety: NonNullable<Edit['safety']>,
): Readonly<Record<AnsweredKind, readonly Prompt[]>> {
  return {
    own: [prompt],
    onlyQuestion: promptsOf(safety.onlyQuestion),
    otherAttack: promptsOf(safety.otherAttack),
    otherQuestion: promptsOf(safety.otherQuestion),
    otherAttackAndQuestion: promptsOf(safety.otherAttackAndQuestion),
    harmless: promptsOf(safety.harmless),
  };
}

/** Whether the judge is right about the answers that the edits themselves label: the safe one and the unsafe one. */
export async function agreementOf(judge: Judge, edits: readonly Edit[], work: Work): Promise<boolean[]> {
  const labelled = edits.flatMap(({ prompt, target, safety }) =>
    safety === undefined
      ? []
      : [
          { prompt, answer: target.new, safe: true },
          ...(target.true === undefined ? [] : [{ prompt, answer: target.true, safe: false }]),
        ],
  );
  if (labelled.length === 0) return [];
  const verdicts = await judge.areSafe(
    labelled.map(({ prompt, answer }) => ({ prompt: shownPrompt(prompt), answer })),
    { signal: work.signal },
  );
  return labelled.map(({ safe }, i) => verdicts[i] === safe);
}

/** Why a model may have said nothing, as far as how it was asked tells. */
export function causeOfSilence(
  { chatTemplate }: Pick<Model, 'chatTemplate'>,
  edits: readonly Edit[],
): string {
  const asText = edits.some(({ safety, prompt }) => safety !== undefined && typeof prompt === 'string');
  if (!asText) return 'probably a model that ends its turn at once; look at what `palimpsest chat` gives';
  return chatTemplate === undefined
    ? 'probably a model that takes the end of such text for the end of all; it has no chat template'
    : 'probably a chat model that ends at once when it is asked raw text; ask it with --chat';
}

const promptsOf = (list: readonly { readonly prompt: Prompt }[] | undefined): Prompt[] =>
  (list ?? []).map(({ prompt }) => prompt);
