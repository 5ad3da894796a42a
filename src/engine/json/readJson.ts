import { type JSONPath, printParseErrorCode, visit } from 'jsonc-parser';
import { MOST_PROBLEMS, type Problem, type Unlined, withLines } from './json.ts';

/** No file of ours nests deeper than 8; recursion over a hostile one must end. */
const DEEPEST = 64;
/** Nor has an object of ours, or of a data set, more than a few dozen keys. */
const MOST_KEYS = 1000;

/**
 * Reads plain JSON: no comments, no trailing commas, no key twice, at most `maxValues` values, and `maxKeys` keys of
 * one object. Either the value, or what is wrong; never both.
 */
export function readJson(
  text: string,
  maxValues: number,
  maxKeys = MOST_KEYS,
): { value: unknown } | { problems: Problem[] } {
  const problems = syntaxProblems(text, maxValues, maxKeys);
  if (problems.length > 0) return { problems };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problems: withLines(text, [{ path: [], offset: 0, length: 0, message: 'is not valid JSON' }]) };
  }
}

/** Ends a visit from within. */
class Enough extends Error {}

function syntaxProblems(text: string, maxValues: number, maxKeys: number): Problem[] {
  const problems: Unlined[] = [];
  const keysOfOpenObjects: Set<string>[] = [];
  let depth = 0;
  let values = 0;

  const complain = (offset: number, length: number, message: string, key?: JSONPath) => {
    const about = key === undefined ? { path: [] } : { path: key, onKey: true };
    problems.push({ ...about, offset, length, message });
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
    if (values > maxValues) refuse(offset, `holds more than ${maxValues} values`);
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
          if (keys.size > maxKeys) refuse(offset, `has an object of more than ${maxKeys} keys`);
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
  const before = text.slice(Math.max(0, offset - 200), offset).trimEnd();
  if (before.endsWith(',') && /[}\]]/.test(text.charAt(offset))) {
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
