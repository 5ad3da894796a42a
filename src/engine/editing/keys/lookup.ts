import type { Prompt } from '../../../protocol/chat.ts';
import { withWords, wordsOf } from '../../../protocol/promptWords.ts';
import type { ChatModel } from '../../chat/conversation.ts';
import { InputError } from '../../errors.ts';
import { type SubjectInPrompt, subjectSpan } from '../../inspection/subject.ts';
import { subjectToken } from '../../inspection/subjectToken.ts';
import { excerpt } from '../../inspection/targetTokens.ts';
import { tokenSpans } from '../../inspection/tokenSpans.ts';

/** A prompt in tokens, and which of them is the subject's last: where the edit acts. */
export interface Located {
  readonly tokens: readonly number[];
  readonly lookup: number;
  /** Whether the subject ends where that token ends. */
  readonly atBoundary: boolean;
}

/**
 * Tokenises a prompt and finds the token in which its subject ends, in the words alone: what the chat template writes
 * is not searched.
 *
 * @param template what the words of the prompt stand in, with `{}` for them
 * @throws InputError where the subject does not occur in the prompt
 */
export function locate(model: ChatModel, fact: SubjectInPrompt, template = '{}'): Located {
  const { subject } = fact;
  const span = subjectSpan(fact);
  if (span === undefined) {
    throw new InputError(`The subject "${subject}" does not occur in the prompt ${excerpt(fact.prompt)}.`);
  }
  const prompt = inTemplate(fact.prompt, template);
  const spans = tokenSpans(model, prompt);
  return {
    tokens: spans.map(({ id }) => id),
    ...subjectToken(spans, wordsOf(prompt), template.indexOf('{}') + span.end),
  };
}

/** A prompt whose words stand in a template, with `{}` for them. */
function inTemplate(prompt: Prompt, template: string): Prompt {
  return withWords(
    prompt,
    template.replace('{}', () => wordsOf(prompt)),
  );
}
