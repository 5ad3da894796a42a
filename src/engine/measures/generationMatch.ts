import type { GenerationMatch } from '../../protocol/measures.ts';
import { shareOf } from './cases.ts';

/**
 * The share of edits whose new target really appears in free greedy generation from the edited prompt: what teacher
 * forcing cannot show.
 *
 * @param tokens how many tokens were generated for each.
 */
export function generationMatch(
  cases: readonly { readonly generated: string; readonly target: string }[],
  tokens: number,
): GenerationMatch {
  return {
    protocol: `generation match: the target appears as whole words in ${tokens} greedily generated tokens, after Unicode NFKC, lower case and single spaces`,
    n: cases.length,
    share: shareOf(cases.map(({ generated, target }) => (mentions(generated, target) ? 1 : 0))),
  };
}

/**
 * Whether the target stands in the text as whole words ("German" does not stand in "Germany"), whatever its case,
 * width forms and spaces.
 */
export function mentions(text: string, target: string): boolean {
  const [haystack, needle] = [normalise(text), normalise(target)];
  if (needle === '') return false;
  for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1)) {
    const before = haystack.slice(0, at);
    const behind = haystack.slice(at + needle.length);
    const startsInWord = /[\p{L}\p{N}]$/u.test(before) && /^[\p{L}\p{N}]/u.test(needle);
    const endsInWord = /^[\p{L}\p{M}\p{N}]/u.test(behind) && /[\p{L}\p{M}\p{N}]$/u.test(needle);
    if (!startsInWord && !endsInWord) return true;
  }
  return false;
}

function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
