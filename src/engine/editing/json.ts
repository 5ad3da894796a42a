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
    return { problems: [problem([], 0, 1, 0, 0, 'is not valid JSON')] };
  }
}

/** Finds the place of each complaint: the value itself or, where it is absent, the nearest value around it. */
export function locate(text: string, complaints: readonly Complaint[]): Problem[] {
  const wanted = new Set(
    complaints.flatMap(({ path }) => path.map((_, end) => keyOf(path.slice(0, end + 1)))),
  );
  const places = new Map<string, Problem>();
  const note = (
    kind: string,
    path: JSONPath,
    offset: number,
    length: number,
    line: number,
    column: number,
  ) => {
    const key = keyOf(path);
    if (path.length === 0 || wanted.has(key))
      places.set(kind + key, problem(path, offset, length, line, column, ''));
  };
  visit(text, {
    onObjectBegin: (offset, length, line, column, path) => note(VALUE, path(), offset, length, line, column),
    onArrayBegin: (offset, length, line, column, path) => note(VALUE, path(), offset, length, line, column),
    onLiteralValue: (_, offset, length, line, column, path) =>
      note(VALUE, path(), offset, length, line, column),
    onObjectProperty: (key, offset, length, line, column, path) =>
      note(KEY, [...path(), key], offset, length, line, column),
  });
  return complaints.map(({ path, message, onKey }) => {
    const start = problem([], 0, 1, 0, 0, '');
    let place = onKey ? places.get(KEY + keyOf(path)) : undefined;
    for (let end = path.length; place === undefined && end >= 0; end--) {
      place = places.get(VALUE + keyOf(path.slice(0, end)));
    }
    return { ...(place ?? start), path, message };
  });
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

/** Ends a visit from within. */
class Enough extends Error {}

function syntaxProblems(text: string, mostValues: number): Problem[] {
  const problems: Problem[] = [];
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;
  let values = 0;

  const complain = (
    path: JSONPath,
    offset: number,
    length: number,
    line: number,
    column: number,
    says: string,
  ) => {
    problems.push(problem(path, offset, length, line, column, says));
    if (problems.length >= MOST_PROBLEMS) throw new Enough();
  };
  const count = (offset: number, line: number, column: number) => {
    values += 1;
    if (values > mostValues || depth > DEEPEST) {
      const says =
        depth > DEEPEST ? `is nested more than ${DEEPEST} deep` : `holds more than ${mostValues} values`;
      complain([], offset, 1, line, column, `${says}; this is more than such a file takes`);
      throw new Enough();
    }
  };
  try {
    visit(
      text,
      {
        onObjectBegin(offset, _, line, column) {
          depth += 1;
          keysOfOpenObjects.push(new Set());
          count(offset, line, column);
        },
        onObjectEnd() {
          depth -= 1;
          keysOfOpenObjects.pop();
        },
        onArrayBegin(offset, _, line, column) {
          depth += 1;
          count(offset, line, column);
        },
        onArrayEnd() {
          depth -= 1;
        },
        onLiteralValue: (_, offset, _length, line, column) => count(offset, line, column),
        onObjectProperty(key, offset, length, line, column, path) {
          const keys = keysOfOpenObjects.at(-1);
          if (keys?.has(key)) complain([...path(), key], offset, length, line, column, 'is given twice');
          keys?.add(key);
        },
        onError: (error, offset, length, line, column) =>
          complain(
            [],
            offset,
            length,
            line,
            column,
            syntaxSentence(text, offset, printParseErrorCode(error)),
          ),
      },
      { disallowComments: true },
    );
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return problems;
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

/** jsonc-parser counts lines and columns from 0, people from 1. */
function problem(
  path: JSONPath,
  offset: number,
  length: number,
  line: number,
  column: number,
  message: string,
): Problem {
  return { path, offset, length, line: line + 1, column: column + 1, message };
}
