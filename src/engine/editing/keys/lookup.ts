import { InputError } from '../../errors.ts';
import { type SubjectInPrompt, subjectSpan } from '../../inspection/subject.ts';
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

/**
 * Tokenises a prompt and finds the token in which its subject ends.
 *
 * @param template what the prompt stands in, with `{}` for it
 * @throws InputError where the subject does not occur in the prompt
 */
export function locate(tokenizer: Tokenizer, fact: SubjectInPrompt, template = '{}'): Located {
  const { prompt, subject } = fact;
  const span = subjectSpan(fact);
  if (span === undefined) {
    throw new InputError(`The subject "${subject}" does not occur in the prompt "${prompt}".`);
  }
  const text = template.replace('{}', () => prompt);
  const spans = tokenSpans(tokenizer, text);
  return {
    tokens: spans.map(({ id }) => id),
    ...subjectToken(spans, text, template.indexOf('{}') + span.end),
  };
}
