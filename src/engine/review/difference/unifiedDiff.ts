import { structuredPatch } from 'diff';

/** Lines around a change. */
const context = 3;
/** Longer texts, and more changed lines, are shown as one whole and the other whole: the search for the least takes long. */
const maxLength = 1 << 20;
const maxEdits = 1000;

/**
 * The unified diff of two texts without the names of files, all of it. A text that is not there has no lines.
 */
export function unifiedDiff(before: string | null, after: string | null): string {
  const [one, other] = [before ?? '', after ?? ''];
  const searched =
    one.length + other.length <= maxLength
      ? structuredPatch('', '', one, other, undefined, undefined, { context, maxEditLength: maxEdits })
      : undefined;
  if (searched === undefined) return [...marked('-', one), ...marked('+', other)].join('\n');
  return searched.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n');
}

const marked = (mark: string, text: string): string[] =>
  text === '' ? [] : text.split('\n').map((line) => `${mark}${line}`);
