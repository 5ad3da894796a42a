import { visible, visibleLines } from './visible.ts';

/**
 * Text of a file or a model as GitHub Flavored Markdown, on one line. Words stay prose; what Markdown or the page that
 * shows it could read as more than a word is a code span, where nothing looks further: no link, image, tag, entity,
 * emphasis, footnote or list, and none of what GitHub, GitLab and editors add of themselves (`www.`, e-mail, @user,
 * #1, GH-1, commits, :emoji:, $math$).
 */
export function markdown(text: string): string {
  const words = visible(text).trim().split(/ +/);
  return words
    .map((word, index) => (index === 0 && opensList.test(word) ? span(word) : prose(word)))
    .join(' ');
}

/** Text that is a name or an answer, as a code span. */
export function markdownCode(text: string): string {
  return span(visible(text));
}

/** Text of several lines as a block of code, to stand between empty lines; nothing in it ends the block. */
export function markdownBlock(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [fence + language, visibleLines(text).replace(/\n$/, ''), fence].join('\n');
}

/** A table of cells that are Markdown already; numbers stand right. */
export function markdownTable(
  head: readonly { readonly name: string; readonly align?: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [
    line(head.map(({ name }) => name)),
    line(head.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

const opensList = /^\d+[.)]$/;
const opening = '("\'“‘«';
const closing = '.,;:!?)%"\'”’»';

/** Letters and digits in any script, joined by single signs that mean nothing; a point joins digits alone. */
const plain = /^(?:[A-Za-z0-9]|[^\0-\x7f])+(?:(?:[-'/+=,]|(?<=\d)\.(?=\d))(?:[A-Za-z0-9]|[^\0-\x7f])+)*$/;
/** A commit, in at least seven digits; an issue of another tracker, as in GH-1. */
const reference = /\b[0-9a-f]{7,}\b|[a-z0-9]-\d/i;

function prose(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && opening.includes(word.charAt(from))) from += 1;
  while (from < to && closing.includes(word.charAt(to - 1))) to -= 1;
  const core = word.slice(from, to);
  if (core === '' || (plain.test(core) && !reference.test(core))) return word;
  return word.slice(0, from) + span(core) + word.slice(to);
}

function span(text: string): string {
  if (text === '') return '` `';
  const fence = '`'.repeat(longestRun(text) + 1);
  const padding = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return fence + padding + text + padding + fence;
}

/** Readers of tables differ over a backslash before an escaped bar, so that there the bar is an escape that is seen. */
const cell = (text: string): string => text.replace(/(?<=\\)\|/g, '\\u{7C}').replaceAll('|', '\\|');

const longestRun = (text: string): number =>
  Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
