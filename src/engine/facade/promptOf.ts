import type { Prompt } from '../../protocol/chat.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { asChat } from '../../protocol/promptWords.ts';

/** The prompt that is meant: text as it is, text as the user's turn of a conversation, or a conversation. */
export const promptOf = ({ prompt, chat }: Pick<EngineParams['probe'], 'prompt' | 'chat'>): Prompt =>
  chat === true ? asChat(prompt) : prompt;
