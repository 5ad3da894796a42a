import type { Turn } from '../../protocol/chat.ts';
import { InputError } from '../errors.ts';
import type { Model } from '../llama/model.ts';
import { renderTemplate } from './renderTemplate.ts';

/** What of a model turns a conversation into a prompt. */
type ChatModel = Pick<Model, 'chatTemplate' | 'tokenizer' | 'path'>;

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
    throw new InputError(`${path} has no chat template: it is no chat model, so ask it with plain text.`);
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
  const said: string[] = [];
  // what could be read as a special token goes through the template as a mark that no text holds
  const hidden = turns.map((turn) => {
    const { content } = turn;
    if (!/[<[\u{f0000}]/u.test(content)) return turn;
    return { ...turn, content: content.replace(/\S(?:[\s\S]*\S)?/, (text) => markOf(said.push(text) - 1)) };
  });
  const parts = conversationText(model, hidden).split(/\u{f0000}(\d+)\u{f0001}/u);
  const tokens = parts.flatMap((part, index) =>
    index % 2 === 0 ? tokenizer.chat(part) : tokenizer.continuation(said[Number(part)] ?? ''),
  );
  return tokenizer.addsBos ? [tokenizer.bos, ...tokens] : tokens;
}

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
