import type { Conversation, Turn } from '../../protocol/chat.ts';
import { InputError } from '../errors.ts';
import type { Model } from '../llama/model.ts';
import { renderTemplate } from './renderTemplate.ts';

/** What of a model turns a conversation into a prompt. */
export type ChatModel = Pick<Model, 'chatTemplate' | 'tokenizer' | 'path'>;

/**
 * The prompt of a conversation as llama.cpp's server makes it: by the model's own template, up to where the assistant
 * begins; a template that knows no system role gets the system's words in the first user turn; a beginning-of-sequence
 * token that the vocabulary adds by itself is not written twice.
 *
 * @throws InputError for a model without a chat template, and with the line where the template fails
 */
export function conversationText(model: ChatModel, turns: readonly Turn[]): string {
  const { chatTemplate, tokenizer, path } = model;
  if (chatTemplate === undefined) {
    throw new InputError(`${path} has no chat template: it is not a chat model, so ask it with plain text.`);
  }
  const [bos, eos] = [tokenizer.piece(tokenizer.bos), tokenizer.piece(tokenizer.eos)];
  const render = (messages: readonly Turn[]) =>
    renderTemplate(chatTemplate, { messages, bos, eos, addGenerationPrompt: true });
  const text = withSystem(turns, render);
  return tokenizer.addsBos && bos !== '' && text.startsWith(bos) ? text.slice(bos.length) : text;
}

/**
 * The tokens of a conversation's prompt. Special tokens that the template writes are such; those that somebody writes
 * in a turn are text, so that a turn cannot pretend to be another.
 */
export function conversationTokens(model: ChatModel, turns: readonly Turn[]): number[] {
  const { tokenizer } = model;
  const tokens = partsOf(model, turns).flatMap(({ text, said }) =>
    said ? tokenizer.continuation(text) : tokenizer.chat(text),
  );
  return tokenizer.addsBos ? [tokenizer.bos, ...tokens] : tokens;
}

/**
 * Where the words of the last turn begin in the text of a conversation, in UTF-16 units, without white space before
 * them.
 *
 * @throws InputError where the template changes the words, or says them more often than once
 */
export function wordsIn(model: ChatModel, turns: Conversation): number {
  const last = turns.length - 1;
  const words = turns[last]?.content.trim() ?? '';
  const marked = turns.map((turn, i) => (i === last ? { ...turn, content: marking(turn.content, 0) } : turn));
  const [before = '', ...behind] = conversationText(model, marked).split(markOf(0));
  if (behind.length !== 1 || !conversationText(model, turns).startsWith(before + words)) {
    throw new InputError(
      `The chat template of ${model.path} does not keep the words of the last turn, so that no subject is found in them.`,
    );
  }
  return before.length;
}

/** Whether the template puts a space between the beginning of the assistant's turn and what is said in it. */
export function spaceBeforeAnswer(model: ChatModel, turns: Conversation): boolean {
  const begun = conversationText(model, turns);
  try {
    const answered = conversationText(model, [...turns, { role: 'assistant', content: markOf(0) }]);
    return answered.startsWith(`${begun} ${markOf(0)}`);
  } catch {
    // some templates know of no turns after the user's
    return false;
  }
}

/** The text of a conversation in pieces: what the template writes, and what of the turns must be read as text. */
function partsOf(model: ChatModel, turns: readonly Turn[]): { text: string; said: boolean }[] {
  const said: string[] = [];
  // what could be read as a special token goes through the template as a mark that no text holds
  const hidden = turns.map((turn) => {
    const { content } = turn;
    if (!/[<[\u{f0000}]/u.test(content)) return turn;
    return { ...turn, content: marking(content, said.push(content.trim()) - 1) };
  });
  const parts = conversationText(model, hidden).split(/\u{f0000}(\d+)\u{f0001}/u);
  return parts.map((part, index) =>
    index % 2 === 0 ? { text: part, said: false } : { text: said[Number(part)] ?? '', said: true },
  );
}

/** What a turn says with a mark in place of its words; white space around them stays. */
const marking = (content: string, index: number) => content.replace(/\S(?:[\s\S]*\S)?/, () => markOf(index));
const markOf = (index: number) => `\u{f0000}${index}\u{f0001}`;

/** Renders, and again with the system's words in the first user turn where the template does not say or take them. */
function withSystem(turns: readonly Turn[], render: (turns: readonly Turn[]) => string): string {
  const [system, first, ...rest] = turns;
  if (system?.role !== 'system') return render(turns);
  const merged =
    first === undefined ? [] : [{ ...first, content: `${system.content}\n${first.content}` }, ...rest];
  try {
    const text = render(turns);
    if (text.includes(system.content.trim()) || merged.length === 0) return text;
  } catch (error) {
    if (merged.length === 0) throw error;
  }
  return render(merged);
}
