import type { TokenSpan } from '../../protocol/tokens.ts';

/**
 * The token in which a subject ends, by counting the bytes that the tokens stand for. Where a token reaches beyond the
 * subject (no token boundary there) it is the token that holds the subject's last byte, as in ROME's `subject_last`.
 *
 * @param end where the subject ends in the text, in UTF-16 units
 */
export function subjectToken(
  spans: readonly TokenSpan[],
  text: string,
  end: number,
): { readonly lookup: number; readonly atBoundary: boolean } {
  const subjectEnd = Buffer.byteLength(text.slice(0, end), 'utf8');
  const found = spans.findIndex((span) => span.end >= subjectEnd);
  const lookup = found < 0 ? spans.length - 1 : found;
  return { lookup, atBoundary: spans[lookup]?.end === subjectEnd };
}
