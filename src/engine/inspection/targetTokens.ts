import type { Prompt } from '../../protocol/chat.ts';
import { wordsOf } from '../../protocol/promptWords.ts';
import { type ChatModel, conversationTokens, spaceBeforeAnswer } from '../chat/conversation.ts';
import { InputError } from '../errors.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';
import { joined } from './joining.ts';

/**
 * The tokens of a target behind its prompt. The two are tokenised separately, as the CounterFact code does, so that the
 * boundary between them is a boundary between tokens.
 *
 * @param space whether a space stands between them; where it is not said, their scripts decide (`joined`), or the
 * chat template
 * @throws InputError for an empty target
 */
export function targetTokens(model: ChatModel, prompt: Prompt, target: string, space?: boolean): number[] {
  if (target.trim() === '') throw new InputError(`The target after ${excerpt(prompt)} is empty.`);
  const { tokenizer } = model;
  const text = joined(endOf(model, prompt), target, space);
  const tokens = tokenizer.continuation(text);
  if (tokenizer.text(tokens) !== ` ${text}`) return tokens;
  // SentencePiece vocabularies put a space of their own before every text: it serves as ours, or is one too many
  return text.startsWith(' ')
    ? tokenizer.continuation(text.slice(1))
    : withoutOwnSpace(tokenizer, text, tokens);
}

/** What a target is joined to: a prompt's own words, or the beginning of the assistant's turn. */
function endOf(model: ChatModel, prompt: Prompt): string {
  if (typeof prompt === 'string') return prompt;
  return spaceBeforeAnswer(model, prompt) ? 'assistant:' : '\n';
}

/** Behind a line break a text has no space of its own, and the line break is a token of its own. */
function withoutOwnSpace(tokenizer: Tokenizer, text: string, otherwise: number[]): number[] {
  const line = tokenizer.continuation('\n');
  const tokens = tokenizer.continuation(`\n${text}`);
  const rest = tokens.slice(line.length);
  return line.every((token, i) => token === tokens[i]) && tokenizer.text(rest) === text ? rest : otherwise;
}

/**
 * The tokens of a prompt as the model is asked with it.
 *
 * @throws InputError for a prompt without tokens; for a conversation with a model that has no chat template, or whose
 * template fails
 */
export function promptTokens(model: ChatModel, prompt: Prompt): number[] {
  if (typeof prompt !== 'string') return conversationTokens(model, prompt);
  const tokens = model.tokenizer.prompt(prompt);
  if (tokens.length === 0) throw new InputError('The prompt is empty: there is nothing to continue.');
  return tokens;
}

/** A prompt as an error message shows it. */
export function excerpt(prompt: Prompt): string {
  const words = wordsOf(prompt);
  return JSON.stringify(words.length > 60 ? `${words.slice(0, 57)}...` : words);
}
