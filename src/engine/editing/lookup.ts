import { InputError } from '../errors.ts';
import { tokenSpans } from '../inspection/tokenSpans.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';

/** A prompt in tokens, and which of them is the subject's last: where the edit acts. */
export interface Located {
  readonly tokens: readonly number[];
  readonly lookup: number;
  /** Whether the subject ends where that token ends. */
  readonly atBoundary: boolean;
}

/**
 * Tokenises a prompt and finds the token in which the last occurrence of the subject ends, by counting the bytes that
 * the tokens stand for. Where a token reaches beyond the subject (no token boundary there) it is the token that holds
 * the subject's last byte, as in ROME's `subject_last`.
 */
export function locate(tokenizer: Tokenizer, prompt: string, subject: string): Located {
  const at = prompt.lastIndexOf(subject);
  if (at < 0) throw new InputError(`The subject "${subject}" does not occur in the prompt "${prompt}".`);
  const subjectEnd = Buffer.byteLength(prompt.slice(0, at + subject.length), 'utf8');
  const spans = tokenSpans(tokenizer, prompt);
  const found = spans.findIndex(({ end }) => end >= subjectEnd);
  const lookup = found < 0 ? spans.length - 1 : found;
  return {
    tokens: spans.map(({ id }) => id),
    lookup,
    atBoundary: spans[lookup]?.end === subjectEnd,
  };
}
