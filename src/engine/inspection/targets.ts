import { InputError } from '../errors.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';

/**
 * How a target is put behind a prompt: one space between them, unless the prompt ends or the target begins with
 * whitespace. Prompt and target are tokenised separately, as the CounterFact code does, so that the boundary between
 * them is a boundary between tokens.
 */
export function joined(prompt: string, target: string): string {
  return /\s$/u.test(prompt) || /^\s/u.test(target) ? target : ` ${target}`;
}

/** @throws InputError for an empty target. */
export function targetTokens(tokenizer: Tokenizer, prompt: string, target: string): number[] {
  if (target.trim() === '') throw new InputError(`The target after ${excerpt(prompt)} is empty.`);
  const text = joined(prompt, target);
  const tokens = tokenizer.continuation(text);
  // SentencePiece vocabularies put a space of their own before every text: two would be one too many
  const doubled = text.startsWith(' ') && tokenizer.text(tokens) === ` ${text}`;
  return doubled ? tokenizer.continuation(text.slice(1)) : tokens;
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
