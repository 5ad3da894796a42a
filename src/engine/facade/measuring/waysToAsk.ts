import type { Conversation, Prompt } from '../../../protocol/chat.ts';
import { asChat, wordsOf } from '../../../protocol/promptWords.ts';
import { conversationText } from '../../chat/conversation.ts';
import { InputError } from '../../errors.ts';
import type { Model } from '../../llama/model.ts';
import type { Work } from '../../work/progress.ts';

/** Greedy tokens in which the new target is looked for where the prompt is text. */
export const matchTokens = 10;
/** The same of an answer through the chat template, which often begins by repeating the question. */
export const chatTokens = 24;

/** A prompt with the greedy tokens that follow it. */
export interface Way {
  readonly prompt: Prompt;
  /** How many of them the new target is looked for in. */
  readonly looked: number;
  /** How many there are. */
  readonly tokens: number;
}

/**
 * How a model is asked for the prompt of an edit: as the edit says, and then, of a chat model, the other way, as chat or
 * as text. There is no other way where the model has no chat template or, with a warning, where its template fails.
 *
 * @param tokens how many are wanted as the edit says, at least
 */
export function waysToAsk(model: Model, prompt: Prompt, tokens: number, warn?: Work['warn']): Way[] {
  const asText = { prompt: wordsOf(prompt), looked: matchTokens, tokens: matchTokens };
  const turns = asChat(prompt);
  const inChat = { prompt: turns, looked: chatTokens, tokens: chatTokens };
  const [own, other] = typeof prompt === 'string' ? [asText, inChat] : [inChat, asText];
  const first = { ...own, tokens: Math.max(tokens, own.tokens) };
  return other === asText || canRender(model, turns, warn) ? [first, other] : [first];
}

function canRender(model: Model, turns: Conversation, warn: Work['warn']): boolean {
  if (model.chatTemplate === undefined) return false;
  try {
    conversationText(model, turns);
    return true;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    warn?.(`Not measured as chat: ${error.message}`);
    return false;
  }
}
