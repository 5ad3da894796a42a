import { type JSONPath, visit } from 'jsonc-parser';
import { quoted } from '../../text/visible.ts';

/** One thing that is wrong in a JSON text, and where. */
export interface Problem {
  /** The value it is about; empty for the file itself. */
  readonly path: JSONPath;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
  /** In UTF-16 units from the beginning of the text. */
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  /** It is about the key, not about the value under it. */
  readonly onKey?: boolean;
  /** What was probably meant in place of the key or the text, where there is a guess. */
  readonly suggestion?: string;
}

/** A complaint about a value (or, with `onKey`, about the key it stands under) whose place is still to be found. */
export interface Complaint {
  readonly path: JSONPath;
  readonly message: string;
  readonly onKey?: boolean;
  readonly suggestion?: string;
}

/** More than anyone reads, few enough to hold. */
export const MOST_PROBLEMS = 100;

/**
 * Finds the place of each complaint: the value itself or, where it is absent, the nearest value around it. The
 * result is in the order of the text.
 */
export function locate(text: string, complaints: readonly Complaint[]): Problem[] {
  if (complaints.length === 0) return [];
  const wanted = new Set(complaints.flatMap(({ path }) => prefixes(path).map(keyOf)));
  const places = new Map<string, Pick<Problem, 'offset' | 'length'>>();
  const note = (kind: string, path: JSONPath, offset: number, length: number) => {
    const key = keyOf(path);
    if (wanted.has(key)) places.set(kind + key, { offset, length });
  };
  visit(text, {
    onObjectBegin: (offset, length, _line, _column, path) => note(VALUE, path(), offset, length),
    onArrayBegin: (offset, length, _line, _column, path) => note(VALUE, path(), offset, length),
    onLiteralValue: (_, offset, length, _line, _column, path) => note(VALUE, path(), offset, length),
    onObjectProperty: (key, offset, length, _line, _column, path) =>
      note(KEY, [...path(), key], offset, length),
  });
  const placed = complaints.map((complaint) => {
    const { path, onKey } = complaint;
    const key = onKey ? places.get(KEY + keyOf(path)) : undefined;
    const around = prefixes(path).findLast((prefix) => places.has(VALUE + keyOf(prefix))) ?? [];
    return { ...complaint, ...(key ?? places.get(VALUE + keyOf(around)) ?? { offset: 0, length: 0 }) };
  });
  return withLines(text, placed);
}

/** Problems as a compiler prints them, the first ten: `FILE:LINE:COLUMN: edits[3].subject: WHAT`. */
export function listed(problems: readonly Problem[], fileName: string): string {
  const lines = problems.slice(0, LISTED).map(({ line, column, path, message }) => {
    const where = path.length === 0 ? '' : `${pathName(path)}: `;
    return `${fileName}:${line}:${column}: ${where}${message}`;
  });
  if (problems.length > LISTED) lines.push(`... and ${problems.length - LISTED} more`);
  return lines.join('\n');
}

/** A path as JavaScript would write it: `edits[3].subject`. */
export function pathName(path: JSONPath): string {
  return path
    .map((step) =>
      typeof step === 'number' ? `[${step}]` : /^[\w$]{1,40}$/.test(step) ? `.${step}` : `[${quoted(step)}]`,
    )
    .join('')
    .replace(/^\./, '');
}

const LISTED = 10;
const VALUE = 'value ';
const KEY = 'key ';
const keyOf = (path: JSONPath): string => JSON.stringify(path);
const prefixes = (path: JSONPath): JSONPath[] => [[], ...path.map((_, end) => path.slice(0, end + 1))];

/** A problem whose line is not counted yet. */
export type Unlined = Omit<Problem, 'line' | 'column'>;

/** Adds lines and columns, which jsonc-parser gets wrong behind an unfinished comment; sorts by offset. */
export function withLines(text: string, placed: readonly Unlined[]): Problem[] {
  const lineEnd = /\r\n|\r|\n/g;
  let line = 1;
  let lineStart = 0;
  let next = lineEnd.exec(text);
  return placed
    .toSorted((a, b) => a.offset - b.offset)
    .map((problem) => {
      while (next !== null && lineEnd.lastIndex <= problem.offset) {
        line += 1;
        lineStart = lineEnd.lastIndex;
        next = lineEnd.exec(text);
      }
      return { ...problem, line, column: problem.offset - lineStart + 1 };
    });
}
