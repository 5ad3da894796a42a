/**
 * Scripts that are written without spaces between words (those that Unicode's UAX #14 breaks anywhere or by dictionary).
 * Korean, which it also breaks anywhere, has spaces.
 */
const SCRIPTS = [
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Yi',
  'Nushu',
  'Tangut',
  'Khitan_Small_Script',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Tibetan',
  'Tai_Le',
  'New_Tai_Lue',
  'Tai_Tham',
  'Tai_Viet',
  'Ahom',
  'Javanese',
  'Balinese',
].map((script) => `\\p{Script=${script}}`);

const spaceless = new RegExp(`[${SCRIPTS.join('')}]`, 'u');

/** Whether a character belongs to a script without spaces between words. */
export const isSpaceless = (character: string): boolean => spaceless.test(character);

/** The character that ends before `at`, and the one that begins there; empty at the ends of the text. */
export function charactersAround(text: string, at: number): [before: string, after: string] {
  const after = text.codePointAt(at);
  return [
    [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? '',
    after === undefined ? '' : String.fromCodePoint(after),
  ];
}
