import { occurrencesOf } from './occurrences.ts';
import { charactersAround, isSpaceless } from './spaceless.ts';

const inWord = /[\p{L}\p{M}\p{N}]/u;
const mark = /\p{M}/u;
const hangul = /\p{Script=Hangul}/u;
/** What Korean puts right behind a noun. */
const particle =
  /(?:은|는|이|가|을|를|의|에|에서|에게|와|과|도|만|로|으로|부터|까지|이다|입니다|이고|이며|라고|이라고|처럼|보다)(?![\p{L}\p{M}\p{N}])/uy;

/**
 * Where a part stands in a text as whole words, by the places of its beginnings: "German" does not stand in "Germany".
 * Words end where letters and digits do; in scripts without spaces, where a dictionary of theirs has them end.
 */
export function wholeWords(text: string, part: string): number[] {
  const ends = new WordEnds(text);
  return occurrencesOf(text, part).filter(
    (at) => ends.has(at) && (ends.has(at + part.length) || ends.beforeParticle(at + part.length)),
  );
}

class WordEnds {
  readonly #text: string;
  #segments: ReadonlySet<number> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether a word may begin or end there. */
  has(at: number): boolean {
    const [before, after] = charactersAround(this.#text, at);
    if (mark.test(after)) return before === '';
    if (!inWord.test(before) || !inWord.test(after)) return !this.#inNumber(at);
    if (isSpaceless(before) !== isSpaceless(after)) return true;
    if (!isSpaceless(before)) return false;
    this.#segments ??= segmentsOf(this.#text);
    return this.#segments.has(at);
  }

  beforeParticle(at: number): boolean {
    if (!hangul.test(charactersAround(this.#text, at)[0])) return false;
    particle.lastIndex = at;
    return particle.test(this.#text);
  }

  /** 1 is no word of 1,000, nor of 1.5. */
  #inNumber(at: number): boolean {
    return (
      /^\p{N}[.,]\p{N}/u.test(this.#text.slice(at - 1, at + 2)) ||
      /^\p{N}[.,]\p{N}/u.test(this.#text.slice(at - 2, at + 1))
    );
  }
}

function segmentsOf(text: string): Set<number> {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  return new Set([...segmenter.segment(text)].map(({ index }) => index));
}
