/**
 * Characters without ink of their own: controls, formats (zero-width, bidirectional, joiners, tags), lone surrogates,
 * private use and what is not assigned, line separators, what Unicode lets a renderer ignore, and spaces that pass for
 * another. Joiners are among them in every script: with them two names that look alike are two names. The signs that
 * stand around Arabic and Syriac numbers are formats with ink; the ideographic space is as wide as its script.
 */
const inkless =
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd} \u3000])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const blank = /[ \u3000]/;
const mark = /\p{M}/u;
const suspicious = new RegExp(`${inkless.source}|${mark.source}`, 'u');

/** Unicode Technical Standard #39, 5.4: no more nonspacing marks than these stand on one character. */
const maxMarks = 4;

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of a file or a model on one line, in which everything can be seen: what has no ink is an escape, `\u{200B}`,
 * `\n`. So are marks that have no character to stand on, would pile up, or repeat. Any script stays as it is written.
 */
export function visible(text: string): string {
  return suspicious.test(text) ? shown(text, '') : text;
}

/** The same for text of several lines: its line feeds break lines. */
export function visibleLines(text: string): string {
  return suspicious.test(text) ? shown(text, '\n') : text;
}

/** At most so many characters of a text, visible and on one line; `…` stands for the rest. */
export function short(text: string, length: number): string {
  const characters = [...visible(text.slice(0, 2 * length))];
  const whole = characters.length <= length && text.length <= 2 * length;
  return whole ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** Text in quotes, fit for a sentence: visible, and no longer than a line. */
export function quoted(text: string): string {
  return `"${short(text, 100).replaceAll('"', '\\"')}"`;
}

/** A token, whose spaces and breaks matter: `·`, `⏎`, `⇥`; the empty one is `∅`. */
export function visibleToken(text: string): string {
  if (text === '') return '∅';
  return visible(text.replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\t', '⇥'));
}

function shown(text: string, kept: string): string {
  let out = '';
  let before = '';
  // at the beginning, as behind a space or an escape, a mark has nothing to stand on
  let marks = maxMarks;
  for (const character of text) {
    if (character === kept || blank.test(character)) {
      marks = maxMarks;
      out += character;
    } else if (inkless.test(character)) {
      marks = maxMarks;
      out += escaped(character);
    } else if (mark.test(character)) {
      marks += 1;
      out += marks > maxMarks || character === before ? escaped(character) : character;
    } else {
      marks = 0;
      out += character;
    }
    before = character;
  }
  return out;
}

function escaped(character: string): string {
  return names[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
