import { nearest } from '../../../engine/json/nearest.ts';

/** More words than a name has, and more spans than anyone would look through. */
const maxWords = 8;
const maxSpans = 400;

/** A word with what belongs to it: letters, digits and the signs inside names. */
const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.&-]*(?<![.'’-])/gu;

/** All runs of up to eight words of a prompt, as they stand in it. */
export function spansOf(prompt: string): string[] {
  const words = [...prompt.matchAll(word)].map(({ 0: text, index }) => ({
    at: index,
    end: index + text.length,
  }));
  const spans = words.flatMap(({ at }, first) =>
    words.slice(first, first + maxWords).map(({ end }) => prompt.slice(at, end)),
  );
  return [...new Set(spans.filter((span) => !span.includes('\n')))].slice(0, maxSpans);
}

/**
 * A subject as the prompt spells it: the same but for capitals, accents and spaces, else the run of words with the
 * fewest typing errors.
 */
export function spellingIn(prompt: string, subject: string): string | undefined {
  const wanted = folded(subject);
  if (wanted === '') return undefined;
  const spans = spansOf(prompt);
  return spans.find((span) => folded(span) === wanted) ?? nearest(subject.trim(), spans);
}

const folded = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ').trim().toLowerCase();
