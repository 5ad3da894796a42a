import type { ChatModel } from '../../../src/engine/chat/conversation.ts';
import type { Tokenizer } from '../../../src/engine/llama/tokenizer.ts';

/** A tokenizer for tests: each word with the space before it is a token; token 0 begins a prompt and stands for nothing. */
function wordTokenizer(): Tokenizer {
  const words: string[] = [''];
  const continuation = (text: string): number[] =>
    (text.match(/ ?[^ ]+| /g) ?? []).map((word) => {
      if (!words.includes(word)) words.push(word);
      return words.indexOf(word);
    });
  const piece = (token: number) => words[token] ?? '';
  const tokenizer = {
    prompt: (text: string) => [0, ...continuation(text)],
    continuation,
    piece,
    pieceBytes: (token: number) => Buffer.from(piece(token)),
    text: (tokens: readonly number[]) => tokens.map(piece).join(''),
  };
  return tokenizer as Partial<Tokenizer> as Tokenizer;
}

/** A model of which nothing is known but how it reads text, and its chat template if it has one. */
export function wordModel(chatTemplate?: string, tokenizer = wordTokenizer()): ChatModel {
  return { path: 'words.gguf', tokenizer, chatTemplate };
}
