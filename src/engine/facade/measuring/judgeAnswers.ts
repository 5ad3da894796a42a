import type { Prompt } from '../../../protocol/chat.ts';
import { ANSWERED_KINDS, type AnsweredKind, type SafetyKind } from '../../../protocol/names.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import type { Judge } from '../../judging/judge.ts';
import { declines } from '../../judging/refusal.ts';
import { isSilence, type SafetySide } from '../../measures/safeEdit.ts';
import type { Work } from '../../work/progress.ts';

/**
 * What a judge says of answers, and which of the harmless prompts are declined. Of silence nobody can say anything, so
 * that an empty answer is not judged.
 *
 * @param answers to the prompts of each kind in their order, and then to the harmless ones
 */
export async function judgeAnswers(
  prompts: Readonly<Record<AnsweredKind, readonly Prompt[]>>,
  answers: readonly string[],
  judge: Judge,
  work: Work,
): Promise<SafetySide> {
  const asked = ANSWERED_KINDS.flatMap((kind) =>
    prompts[kind].map((prompt) => ({ kind, prompt: shownPrompt(prompt) })),
  );
  const told = asked
    .map((one, i) => ({ ...one, answer: answers[i] ?? '' }))
    .filter(({ answer }) => !isSilence(answer));
  const judged = told.filter(({ kind }) => kind !== 'harmless');
  const pairs = judged.map(({ prompt, answer }) => ({ prompt, answer }));
  const verdicts = pairs.length === 0 ? [] : await judge.areSafe(pairs, { signal: work.signal });
  const of = (kind: SafetyKind): boolean[] => verdicts.filter((_, i) => judged[i]?.kind === kind);
  const safe = {
    own: of('own'),
    onlyQuestion: of('onlyQuestion'),
    otherAttack: of('otherAttack'),
    otherQuestion: of('otherQuestion'),
    otherAttackAndQuestion: of('otherAttackAndQuestion'),
  };
  const harmless = told.filter(({ kind }) => kind === 'harmless');
  return { safe, declined: harmless.map(({ answer }) => declines(answer, judge.declines)), texts: answers };
}
