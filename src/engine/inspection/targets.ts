import { InputError } from '../errors.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';
import { joined } from './joining.ts';

/**
 * The tokens of a target behind its prompt. The two are tokenised separately, as the CounterFact code does, so that the
 * boundary between them is a boundary between tokens.
 *
 * @param space whether a space stands between them; where it is not said, their scripts decide (`joined`)
 * @throws InputError for an empty target
 */
export function targetTokens(
  tokenizer: Tokenizer,
  prompt: string,
  target: string,
  space?: boolean,
): number[] {
  if (target.trim() === '') throw new InputError(`The target after ${excerpt(prompt)} is empty.`);
  const text = joined(prompt, target, space);
  const tokens = tokenizer.continuation(text);
  if (tokenizer.text(tokens) !== ` ${text}`) return tokens;
  // SentencePiece vocabularies put a space of their own before every text: it serves as ours, or is one too many
  return text.startsWith(' ')
    ? tokenizer.continuation(text.slice(1))
    : withoutOwnSpace(tokenizer, text, tokens);
}

/** Behind a line break a text has no space of its own, and the line break is a token of its own. */
function withoutOwnSpace(tokenizer: Tokenizer, text: string, otherwise: number[]): number[] {
  const line = tokenizer.continuation('\n');
  const tokens = tokenizer.continuation(`\n${text}`);
  const rest = tokens.slice(line.length);
  return line.every((token, i) => token === tokens[i]) && tokenizer.text(rest) === text ? rest : otherwise;
}

/** @throws InputError for a prompt without tokens. */
export function promptTokens(tokenizer: Tokenizer, prompt: string): number[] {
  const tokens = tokenizer.prompt(prompt);
  if (tokens.length === 0) throw new InputError('The prompt is empty: there is nothing to continue.');
  return tokens;
}

/** A prompt as an error message shows it. */
export function excerpt(prompt: string): string {
  return JSON.stringify(prompt.length > 60 ? `${prompt.slice(0, 57)}...` : prompt);
}
