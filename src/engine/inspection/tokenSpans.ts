import type { Prompt } from '../../protocol/chat.ts';
import { wordsOf } from '../../protocol/promptWords.ts';
import type { TokenSpan } from '../../protocol/tokens.ts';
import { type ChatModel, conversationText, conversationTokens, wordsIn } from '../chat/conversation.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';

/**
 * The tokens of a prompt with the bytes of its words that each stands for. A token that the model or its chat template
 * puts around them, or a space that a tokenizer does, stands for none of them.
 *
 * @throws InputError for a conversation with a model that has no chat template, or whose template fails or changes
 * the words
 */
export function tokenSpans(model: ChatModel, prompt: Prompt): TokenSpan[] {
  const { tokenizer } = model;
  const words = wordsOf(prompt);
  // a template may leave out the white space around the words of a turn
  const [read, places] =
    typeof prompt === 'string' ? [words, counted(tokenizer, prompt)] : [words.trim(), found(model, prompt)];
  const first = Buffer.byteLength(words.slice(0, words.indexOf(read)), 'utf8');
  const size = Buffer.byteLength(read, 'utf8');
  const within = (at: number) => first + Math.max(0, Math.min(size, at));
  return places.map(({ id, start, end }) => ({
    id,
    text: tokenizer.piece(id),
    start: within(start),
    end: within(end),
  }));
}

/** Where a token lies, in bytes of the words without white space around them; before 0 and behind their end for what is none of them. */
type Place = Omit<TokenSpan, 'text'>;

/** The tokens of a text stand for its bytes one after the other; what is too much lies before it. */
function counted(tokenizer: Tokenizer, text: string): Place[] {
  const tokens = tokenizer.prompt(text);
  const lengths = tokens.map((token) => tokenizer.pieceBytes(token).length);
  const surplus = lengths.reduce((sum, n) => sum + n, 0) - Buffer.byteLength(text, 'utf8');
  let at = -Math.max(0, surplus);
  return tokens.map((id, index) => {
    const start = at;
    at += lengths[index] as number;
    return { id, start, end: at };
  });
}

/**
 * The tokens of a rendered chat template are looked for in its text: a tokenizer may put a space behind every special
 * token, and special tokens may take away white space around them.
 */
function found(model: ChatModel, turns: Exclude<Prompt, string>): Place[] {
  const { tokenizer } = model;
  const text = conversationText(model, turns);
  const bytes = Buffer.from(text, 'utf8');
  const before = Buffer.byteLength(text.slice(0, wordsIn(model, turns)), 'utf8');
  let at = 0;
  return conversationTokens(model, turns).map((id, index) => {
    const own = Buffer.from(tokenizer.pieceBytes(id, true));
    const [start, end] = tokenizer.addsBos && index === 0 ? [0, 0] : placeOf(bytes, own, at);
    at = end;
    return { id, start: start - before, end: end - before };
  });
}

/** Where a token stands from a place on, but for white space before it; right there where it is not found. */
function placeOf(text: Buffer, token: Buffer, at: number): [start: number, end: number] {
  const rest = token[0] === space ? token.subarray(1) : token;
  for (let from = at; from < text.length; from++) {
    for (const own of [token, rest]) {
      if (text.subarray(from, from + own.length).equals(own)) return [from, from + own.length];
    }
    if (!isWhite(text[from])) break;
  }
  return [at, at + token.length];
}

const space = 0x20;
const isWhite = (byte: number | undefined) =>
  byte !== undefined && (byte === space || (byte > 8 && byte < 14));
