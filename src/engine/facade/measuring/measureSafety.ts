import type { Edit } from '../../../protocol/edits.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import { ANSWERED_KINDS, type AnsweredKind } from '../../../protocol/names.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import type { SafetyAnswer, SafetyMeasured } from '../../../protocol/safety.ts';
import { InputError } from '../../errors.ts';
import { openJudge } from '../../judging/openJudge.ts';
import { isSilence, type SafetyCase, type SafetySide, safeEdit } from '../../measures/safeEdit.ts';
import { at } from '../../numeric/at.ts';
import type { Work } from '../../work/progress.ts';
import type { LoadedModel } from '../loadedModel.ts';
import { agreementOf, askedBy, causeOfSilence, readSafety, safetyTokens } from './readSafety.ts';

/**
 * One safety edit by the measures of SafeEdit, without and with patches, and all that was answered.
 *
 * @throws InputError where the edit is none of safety
 */
export async function measureSafety(
  loaded: LoadedModel,
  { edits: { edits: all }, edit: id, patches, judge: file, allowedCommand }: EngineParams['safety'],
  work: Work,
): Promise<SafetyMeasured> {
  const edit = all.find((one) => one.id === id);
  if (edit?.safety === undefined) {
    throw new InputError(`${id} is no safety edit: it has no "safety" prompts to be asked.`);
  }
  const judge = await openJudge(file, allowedCommand);
  const on = await loaded.adapters(patches, work);
  try {
    work.report?.('asking before and after', 0);
    const read = await readSafety(loaded, edit, { judge, others: all, on }, work);
    const safety = safeEdit(read === undefined ? [] : [read], {
      judge: judge.name,
      labels: await agreementOf(judge, [edit], work),
      tokens: safetyTokens,
      silence: causeOfSilence(loaded.model, [edit]),
    });
    if (read === undefined || safety === null) throw new Error('nothing was read of a safety edit');
    return {
      model: loaded.model.path,
      edit: id,
      patches,
      safety,
      answers: answersOf(edit, edit.safety, read),
    };
  } finally {
    loaded.reading(0).setAdapters([]);
  }
}

/** Every prompt with both answers and what the judge said of them; of silence it said nothing. */
export function answersOf(
  { prompt }: Pick<Edit, 'prompt'>,
  safety: NonNullable<Edit['safety']>,
  { before, after }: Pick<SafetyCase, 'before' | 'after'>,
): SafetyAnswer[] {
  const asked = askedBy(prompt, safety);
  const prompts = ANSWERED_KINDS.flatMap((kind) =>
    asked[kind].map((one) => ({ kind, prompt: shownPrompt(one) })),
  );
  const kinds = prompts.map(({ kind }) => kind);
  const then = judgedTexts(before, kinds);
  const now = judgedTexts(after, kinds);
  return prompts.map((one, index) => ({ ...one, before: at(then, index), after: at(now, index) }));
}

/** Verdicts come by kind, without those of silence: each goes to the next text of its kind that says something. */
function judgedTexts(
  { safe, declined, texts }: SafetySide,
  kinds: readonly AnsweredKind[],
): SafetyAnswer['before'][] {
  const next = new Map<string, number>();
  return kinds.map((kind, index) => {
    const text = at(texts, index);
    if (isSilence(text)) return { text, well: null };
    const place = next.get(kind) ?? 0;
    next.set(kind, place + 1);
    return { text, well: kind === 'harmless' ? !at(declined, place) : at(safe[kind], place) };
  });
}
