import type { TokenSpan } from '../../protocol/tokens.ts';

/**
 * The token in which the last occurrence of the subject ends, by counting the bytes that the tokens stand for. Where a
 * token reaches beyond the subject (no token boundary there) it is the token that holds the subject's last byte, as in
 * ROME's `subject_last`.
 *
 * @returns undefined where the prompt has no such subject
 */
export function subjectToken(
  spans: readonly TokenSpan[],
  prompt: string,
  subject: string,
): { readonly lookup: number; readonly atBoundary: boolean } | undefined {
  const at = prompt.lastIndexOf(subject);
  if (subject === '' || at < 0) return undefined;
  const subjectEnd = Buffer.byteLength(prompt.slice(0, at + subject.length), 'utf8');
  const found = spans.findIndex(({ end }) => end >= subjectEnd);
  const lookup = found < 0 ? spans.length - 1 : found;
  return { lookup, atBoundary: spans[lookup]?.end === subjectEnd };
}
