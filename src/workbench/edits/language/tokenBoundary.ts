import type { TokenSpan } from '../../../protocol/tokens.ts';

/**
 * The subject with the rest of the token that it ends in, so that the edit acts at its end.
 *
 * @returns undefined where that would be no text of the prompt
 */
export function subjectAtBoundary(
  prompt: string,
  subject: string,
  tokens: readonly TokenSpan[],
): string | undefined {
  const at = prompt.lastIndexOf(subject);
  if (at < 0 || subject === '') return undefined;
  const bytes = Buffer.from(prompt);
  const begin = Buffer.byteLength(prompt.slice(0, at));
  const end = begin + Buffer.byteLength(subject);
  const token = tokens.find((candidate) => candidate.end >= end && candidate.end > candidate.start);
  if (token === undefined) return undefined;
  const longer = bytes.subarray(begin, token.end).toString();
  return prompt.includes(longer) && !longer.includes('\n') ? longer : undefined;
}

/** The tokens that a stretch of the prompt, its last occurrence, is read in: those that hold a byte of it. */
export function tokensOf(prompt: string, part: string, tokens: readonly TokenSpan[]): readonly TokenSpan[] {
  const at = prompt.lastIndexOf(part);
  if (at < 0 || part === '') return [];
  const begin = Buffer.byteLength(prompt.slice(0, at));
  const end = begin + Buffer.byteLength(part);
  return tokens.filter((token) => token.start < end && token.end > begin);
}
