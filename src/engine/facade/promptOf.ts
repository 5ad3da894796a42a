import type { EngineParams } from '../../protocol/engine.ts';
import { conversationTokens } from '../chat/conversation.ts';
import { promptTokens, targetTokens } from '../inspection/targets.ts';
import type { Model } from '../llama/model.ts';

/** What a model is asked with: text as it is, text as the user's turn of a conversation, or a conversation. */
type Asked = Pick<EngineParams['probe'], 'prompt' | 'chat'>;

/**
 * The tokens of a prompt.
 *
 * @throws InputError for a conversation with a model that has no chat template, or whose template fails
 */
export function tokensOf(model: Model, { prompt, chat }: Asked): number[] {
  if (typeof prompt !== 'string') return conversationTokens(model, prompt);
  return chat === true
    ? conversationTokens(model, [{ role: 'user', content: prompt }])
    : promptTokens(model.tokenizer, prompt);
}

/** The tokens of what may follow a prompt. An assistant's turn begins behind a line of its own, without a space. */
export function followingTokens(
  { tokenizer }: Model,
  { prompt, chat }: Asked,
  text: string,
  space?: boolean,
): number[] {
  const before = typeof prompt !== 'string' || chat === true ? '\n' : prompt;
  return targetTokens(tokenizer, before, text, space);
}
