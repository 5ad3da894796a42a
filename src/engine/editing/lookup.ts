import { InputError } from '../errors.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';

/** A prompt in tokens, and which of them is the subject's last: where the edit acts. */
export interface Located {
  readonly tokens: readonly number[];
  readonly lookup: number;
}

/**
 * Tokenises a prompt and finds the token in which the last occurrence of the subject ends, by counting the bytes that
 * the tokens stand for. Where a token reaches beyond the subject (no token boundary there) it is the token that holds
 * the subject's last byte, as in ROME's `subject_last`.
 */
export function locate(tokenizer: Tokenizer, prompt: string, subject: string): Located {
  const at = prompt.lastIndexOf(subject);
  if (at < 0) throw new InputError(`The subject "${subject}" does not occur in the prompt "${prompt}".`);
  const end = Buffer.byteLength(prompt.slice(0, at + subject.length), 'utf8');
  const tokens = tokenizer.prompt(prompt);
  const lengths = tokens.map((token) => tokenizer.pieceBytes(token).length);
  // some tokenizers put a space in front of the text
  const surplus = Math.max(0, lengths.reduce((sum, n) => sum + n, 0) - Buffer.byteLength(prompt, 'utf8'));
  let reached = -surplus;
  const lookup = lengths.findIndex((length) => {
    reached += length;
    return reached >= end;
  });
  return { tokens, lookup: lookup < 0 ? tokens.length - 1 : lookup };
}
