import type { GenerationMatch } from '../../protocol/measures.ts';
import { wholeWords } from '../../text/words.ts';
import { shareOf } from './cases.ts';

/**
 * The share of edits whose new target really appears in free greedy generation from the edited prompt: what teacher
 * forcing cannot show.
 *
 * @param tokens how many tokens were generated for each: one number, or that of each kind of prompt
 */
export function generationMatch(
  cases: readonly { readonly generated: string; readonly target: string }[],
  ...tokens: readonly number[]
): GenerationMatch {
  return {
    protocol: `generation match: ${matching(...tokens)}`,
    n: cases.length,
    share: shareOf(cases.map(({ generated, target }) => (mentions(generated, target) ? 1 : 0))),
  };
}

/**
 * The same where the edited prompt is a conversation, or the user's turn of one, as chat models are used.
 *
 * @param matches whether each answer after the edit mentions its target
 * @param tokens how many tokens an answer may have
 */
export const chatMatch = (matches: readonly boolean[], tokens: number): GenerationMatch | null =>
  matchOf(
    matches,
    `chat match: the edited prompt goes through the model's chat template, and ${matching(tokens)}`,
  );

/** The same where the words of a conversation are continued as text. */
export const textMatch = (matches: readonly boolean[], tokens: number): GenerationMatch | null =>
  matchOf(matches, `text match: the edited prompt's words are continued as text, and ${matching(tokens)}`);

function matchOf(matches: readonly boolean[], protocol: string): GenerationMatch | null {
  if (matches.length === 0) return null;
  return { protocol, n: matches.length, share: shareOf(matches.map(Number)) };
}

const matching = (...tokens: readonly number[]): string =>
  `the target appears as whole words in ${tokens.join(' or ')} greedily generated tokens, after Unicode NFKC, lower case and single spaces`;

/**
 * Whether the target stands in the text as whole words ("German" does not stand in "Germany"), whatever its case, width
 * forms, apostrophes and spaces.
 */
export function mentions(text: string, target: string): boolean {
  return wholeWords(normalise(text), normalise(target)).length > 0;
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/’/g, "'").replace(/\s+/gu, ' ').trim();
}
