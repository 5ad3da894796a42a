import type { Prompt } from '../../protocol/chat.ts';
import { wordsOf } from '../../protocol/promptWords.ts';
import { occurrencesOf } from '../../text/occurrences.ts';
import { wholeWords } from '../../text/words.ts';

/** A prompt, those of its words that a fact is about, and which of their occurrences is meant. */
export interface SubjectInPrompt {
  readonly prompt: Prompt;
  readonly subject: string;
  /** Among all, from 1; where it is not said, the last that stands as whole words. */
  readonly occurrence?: number | undefined;
}

/** Where the subject may be meant: where it stands as whole words or, if it never does, wherever it stands. */
export function likelySubjects({ prompt, subject }: SubjectInPrompt): number[] {
  const words = wordsOf(prompt);
  const whole = wholeWords(words, subject);
  return whole.length > 0 ? whole : occurrencesOf(words, subject);
}

/** The subject's place in the words of the prompt, in UTF-16 units; undefined where it does not stand there. */
export function subjectSpan(
  fact: SubjectInPrompt,
): { readonly start: number; readonly end: number } | undefined {
  const { prompt, subject, occurrence } = fact;
  const start =
    occurrence === undefined
      ? likelySubjects(fact).at(-1)
      : occurrencesOf(wordsOf(prompt), subject)[occurrence - 1];
  return start === undefined ? undefined : { start, end: start + subject.length };
}

/** The words before and behind the subject; all before one that does not stand in them. */
export function around(fact: SubjectInPrompt): [before: string, behind: string] {
  const words = wordsOf(fact.prompt);
  const { start, end } = subjectSpan(fact) ?? { start: words.length, end: words.length };
  return [words.slice(0, start), words.slice(end)];
}
