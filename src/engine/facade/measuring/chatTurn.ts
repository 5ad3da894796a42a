import { conversationTokens } from '../../chat/conversation.ts';
import { InputError } from '../../errors.ts';
import type { Model } from '../../llama/model.ts';
import type { Work } from '../../progress.ts';

/** Greedy tokens of an answer through the chat template, which often begins by repeating the question. */
export const chatTokens = 24;

/**
 * The tokens of a prompt as the user's turn of the model's own chat template.
 *
 * @returns one turn; none where the model has no template, or, with a warning, where its template fails
 */
export function chatTurn(model: Model, prompt: string, warn: Work['warn']): readonly (readonly number[])[] {
  if (model.chatTemplate === undefined) return [];
  try {
    return [conversationTokens(model, [{ role: 'user', content: prompt }])];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    warn?.(`Not measured as chat: ${error.message}`);
    return [];
  }
}
