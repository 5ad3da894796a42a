import { InputError } from '../../errors.ts';
import { subjectToken } from '../../inspection/subjectToken.ts';
import { tokenSpans } from '../../inspection/tokenSpans.ts';
import type { Tokenizer } from '../../llama/tokenizer.ts';

/** A prompt in tokens, and which of them is the subject's last: where the edit acts. */
export interface Located {
  readonly tokens: readonly number[];
  readonly lookup: number;
  /** Whether the subject ends where that token ends. */
  readonly atBoundary: boolean;
}

/** Tokenises a prompt and finds the token in which the last occurrence of the subject ends. */
export function locate(tokenizer: Tokenizer, prompt: string, subject: string): Located {
  const spans = tokenSpans(tokenizer, prompt);
  const found = subjectToken(spans, prompt, subject);
  if (found === undefined) {
    throw new InputError(`The subject "${subject}" does not occur in the prompt "${prompt}".`);
  }
  return { tokens: spans.map(({ id }) => id), ...found };
}
