import { occurrencesOf } from '../../protocol/occurrences.ts';
import { wholeWords } from './words.ts';

/** A prompt, the words of it that a fact is about, and which of their occurrences is meant. */
export interface SubjectInPrompt {
  readonly prompt: string;
  readonly subject: string;
  /** Among all, from 1; where it is not said, the last that stands as whole words. */
  readonly occurrence?: number | undefined;
}

/** Where the subject may be meant: where it stands as whole words or, if it never does, wherever it stands. */
export function likelySubjects({ prompt, subject }: SubjectInPrompt): number[] {
  const whole = wholeWords(prompt, subject);
  return whole.length > 0 ? whole : occurrencesOf(prompt, subject);
}

/** The subject's place in the prompt, in UTF-16 units; undefined where it does not stand there. */
export function subjectSpan(
  fact: SubjectInPrompt,
): { readonly start: number; readonly end: number } | undefined {
  const { prompt, subject, occurrence } = fact;
  const start =
    occurrence === undefined ? likelySubjects(fact).at(-1) : occurrencesOf(prompt, subject)[occurrence - 1];
  return start === undefined ? undefined : { start, end: start + subject.length };
}

/** What stands before and behind the subject; the whole prompt before one that does not stand in it. */
export function around(fact: SubjectInPrompt): [before: string, behind: string] {
  const { prompt } = fact;
  const { start, end } = subjectSpan(fact) ?? { start: prompt.length, end: prompt.length };
  return [prompt.slice(0, start), prompt.slice(end)];
}
