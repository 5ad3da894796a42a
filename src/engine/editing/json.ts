import { type JSONPath, printParseErrorCode, visit } from 'jsonc-parser';

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
}

/** A complaint about a value (or, with `onKey`, about the key it stands under) whose place is still to be found. */
export interface Complaint {
  readonly path: JSONPath;
  readonly message: string;
  readonly onKey?: boolean;
}

/** No file of ours nests deeper than 8; recursion over a hostile one must end. */
const DEEPEST = 64;
/** Nor has an object of ours, or of a data set, more than a few dozen keys. */
const MOST_KEYS = 1000;
/** More than anyone reads, few enough to hold. */
export const MOST_PROBLEMS = 100;

/**
 * Reads plain JSON: no comments, no trailing commas, no key twice, at most `mostValues` values. Either the value,
 * or what is wrong; never both.
 */
export function readJson(text: string, mostValues: number): { value: unknown } | { problems: Problem[] } {
  const problems = syntaxProblems(text, mostValues);
  if (problems.length > 0) return { problems };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problems: withLines(text, [{ path: [], message: 'is not valid JSON', ...NOWHERE }]) };
  }
}

/**
 * Finds the place of each complaint: the value itself or, where it is absent, the nearest value around it. The
 * result is in the order of the text.
 */
export function locate(text: string, complaints: readonly Complaint[]): Problem[] {
  if (complaints.length === 0) return [];
  const wanted = new Set(complaints.flatMap(({ path }) => prefixes(path).map(keyOf)));
  const places = new Map<string, Span>();
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
  const placed = complaints.map(({ path, message, onKey }) => {
    const key = onKey ? places.get(KEY + keyOf(path)) : undefined;
    const around = prefixes(path).findLast((prefix) => places.has(VALUE + keyOf(prefix))) ?? [];
    return { path, message, ...(key ?? places.get(VALUE + keyOf(around)) ?? NOWHERE) };
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
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

const LISTED = 10;
const VALUE = 'value ';
const KEY = 'key ';
const keyOf = (path: JSONPath): string => JSON.stringify(path);
const prefixes = (path: JSONPath): JSONPath[] => [[], ...path.map((_, end) => path.slice(0, end + 1))];

interface Span {
  readonly offset: number;
  readonly length: number;
}

const NOWHERE: Span = { offset: 0, length: 0 };

/** Adds lines and columns, which jsonc-parser gets wrong behind an unfinished comment; sorts by offset. */
function withLines(text: string, placed: readonly Omit<Problem, 'line' | 'column'>[]): Problem[] {
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

/** Ends a visit from within. */
class Enough extends Error {}

function syntaxProblems(text: string, mostValues: number): Problem[] {
  const problems: Omit<Problem, 'line' | 'column'>[] = [];
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;
  let values = 0;

  const complain = (offset: number, length: number, message: string, path: JSONPath = []) => {
    problems.push({ path, offset, length, message });
    if (problems.length >= MOST_PROBLEMS) throw new Enough();
  };
  const open = (offset: number) => {
    depth += 1;
    count(offset);
  };
  const close = () => {
    depth -= 1;
  };
  const count = (offset: number) => {
    values += 1;
    if (values > mostValues) refuse(offset, `holds more than ${mostValues} values`);
    if (depth > DEEPEST) refuse(offset, `is nested more than ${DEEPEST} deep`);
  };
  const refuse = (offset: number, what: string) => {
    complain(offset, 1, `the file ${what}, which is more than it may`);
    throw new Enough();
  };
  try {
    visit(
      text,
      {
        onArrayBegin: open,
        onArrayEnd: close,
        onObjectBegin(offset) {
          keysOfOpenObjects.push(new Set());
          open(offset);
        },
        onObjectEnd() {
          keysOfOpenObjects.pop();
          close();
        },
        onObjectProperty(key, offset, length, _line, _column, path) {
          const keys = keysOfOpenObjects.at(-1) ?? new Set();
          if (keys.has(key)) complain(offset, length, 'is given twice', [...path(), key]);
          keys.add(key);
          if (keys.size > MOST_KEYS) refuse(offset, `has an object of more than ${MOST_KEYS} keys`);
        },
        onLiteralValue: (_, offset) => count(offset),
        onError: (error, offset, length) =>
          complain(offset, length, syntaxSentence(text, offset, printParseErrorCode(error))),
      },
      { disallowComments: true },
    );
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return withLines(text, problems);
}

function syntaxSentence(text: string, offset: number, error: string): string {
  if (error === 'InvalidCommentToken') return 'JSON takes no comments; delete this one';
  if (
    /^[}\]]/.test(text.slice(offset, offset + 1)) &&
    /,\s*$/.test(text.slice(Math.max(0, offset - 200), offset))
  ) {
    return 'JSON takes no comma before a closing bracket; delete it';
  }
  const expected = /^(.+)Expected$/.exec(error)?.[1];
  if (expected !== undefined) return `${EXPECTED[expected] ?? 'something else'} is expected here`;
  return WRONG[error] ?? 'is not valid JSON';
}

const EXPECTED: Readonly<Record<string, string>> = {
  PropertyName: 'a key in double quotes',
  Value: 'a value',
  Colon: 'a colon',
  Comma: 'a comma',
  CloseBrace: 'a closing brace }',
  CloseBracket: 'a closing bracket ]',
  EndOfFile: 'the end of the file',
};

const WRONG: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is no JSON value; text stands in double quotes',
  InvalidNumberFormat: 'this is no JSON number',
  UnexpectedEndOfString: 'this text has no closing quote on its line',
  UnexpectedEndOfNumber: 'this number is not complete',
  InvalidUnicode: 'a \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this escape is not known in JSON; a backslash itself is written \\\\',
  InvalidCharacter: 'a control character in text must be escaped, as in \\n',
};
