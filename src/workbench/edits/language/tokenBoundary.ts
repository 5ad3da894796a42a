import { type SubjectInPrompt, subjectSpan } from '../../../engine/inspection/subject.ts';
import { wordsOf } from '../../../protocol/promptWords.ts';
import type { TokenSpan } from '../../../protocol/tokens.ts';

/**
 * The subject with the rest of the token that it ends in, so that the edit acts at its end.
 *
 * @returns undefined where that would be no text of the prompt
 */
export function subjectAtBoundary(fact: SubjectInPrompt, tokens: readonly TokenSpan[]): string | undefined {
  const words = wordsOf(fact.prompt);
  const place = bytesOf(fact);
  if (place === undefined) return undefined;
  const bytes = Buffer.from(words);
  const { begin, end } = place;
  const token = tokens.find((candidate) => candidate.end >= end && candidate.end > candidate.start);
  if (token === undefined) return undefined;
  const longer = bytes.subarray(begin, token.end).toString();
  return words.includes(longer) && !longer.includes('\n') ? longer : undefined;
}

/** The tokens that the subject is read in: those that hold a byte of it. */
export function tokensOf(fact: SubjectInPrompt, tokens: readonly TokenSpan[]): readonly TokenSpan[] {
  const place = bytesOf(fact);
  if (place === undefined) return [];
  return tokens.filter(({ start, end }) => start < place.end && end > place.begin);
}

function bytesOf(fact: SubjectInPrompt): { begin: number; end: number } | undefined {
  const span = subjectSpan(fact);
  if (span === undefined) return undefined;
  const bytes = (end: number) => Buffer.byteLength(wordsOf(fact.prompt).slice(0, end));
  return { begin: bytes(span.start), end: bytes(span.end) };
}
