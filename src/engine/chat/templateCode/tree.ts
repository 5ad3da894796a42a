import { parse, type Template, tokenize } from '@huggingface/jinja';

/** A node of a template's syntax tree, with the place of its first sign. */
export interface TemplateNode {
  /** The parser's name of it: `If`, `BinaryExpression`, `StringLiteral`. */
  readonly type: string;
  /** The text of a literal (of a number in decimals), of the template itself or of a comment; the name of an identifier; an operator. */
  readonly value: string;
  /** In characters from the beginning; undefined where nothing below it has a place. */
  readonly at: number | undefined;
  /** By the parser's names: `test`, `body`, `left`. */
  readonly parts: Readonly<Record<string, readonly TemplateNode[]>>;
}

/** What a rule found. */
export interface Found {
  readonly node: TemplateNode;
  /** The text that gave it away. */
  readonly text: string;
}

type Tokens = ReturnType<typeof tokenize>;
type Program = Template['parsed'];

/** Identifiers that the parser itself looks at; all others are names. */
const keywords = new Set(
  'set endset if elif else endif for endfor in macro endmacro call endcall break continue filter endfilter or and not is'.split(
    ' ',
  ),
);
const mark = '\0';

/**
 * Parses a chat template. The parser keeps no places, so the tokens that stand for texts and names are numbered in what it
 * is given, and the numbers are read back from the tree.
 *
 * @throws what the parser throws for a template that it cannot read
 */
export function parseTemplate(source: string): TemplateNode {
  // tags that mark what a model said in training do nothing here; blanks keep all places
  const plain = source.replace(/\{%-?\s*(?:end)?generation\s*-?%\}/g, (tag) => ' '.repeat(tag.length));
  const tokens = tokenize(plain);
  const texts = tokens.map(({ value }) => value);
  const places = placesOf(plain, tokens);
  for (const [index, token] of tokens.entries()) {
    const { type, value } = token;
    if (type === 'Text' || type === 'StringLiteral' || type === 'Comment') token.value = `${mark}${index}`;
    if (type === 'Identifier' && !keywords.has(value)) token.value = `${value}${mark}${index}`;
  }
  const operators = new Map<unknown, number>(tokens.map((token, index) => [token, index]));
  const program: Program = parse(tokens);
  return nodeOf(program, { texts, places, operators });
}

interface Numbered {
  readonly texts: readonly string[];
  readonly places: readonly number[];
  readonly operators: ReadonlyMap<unknown, number>;
}

/** Deeper trees than any template's would end the recursion over them. */
const deepest = 400;

function nodeOf(given: object, numbered: Numbered, depth = 0): TemplateNode {
  if (depth > deepest) throw new Error(`is nested more than ${deepest} deep`);
  const parts: Record<string, TemplateNode[]> = {};
  let own: { readonly value: string; readonly at: number | undefined } = { value: '', at: undefined };
  for (const [key, value] of Object.entries(given)) {
    if (key === 'operator') {
      // "not in" is a token of the parser's own making, which has no place
      const index = numbered.operators.get(value);
      own = {
        value: String(Object(value).value),
        at: index === undefined ? undefined : numbered.places[index],
      };
    } else if (typeof value === 'string' && key === 'value') own = decoded(value, numbered);
    else if (typeof value === 'number' && key === 'value') own = { value: String(value), at: undefined };
    else if (typeof value === 'object' && value !== null) {
      const list = value instanceof Map ? [...value].flat() : Array.isArray(value) ? value : [value];
      parts[key] = list
        .filter((part): part is object => typeof part === 'object' && part !== null)
        .map((part) => nodeOf(part, numbered, depth + 1));
    }
  }
  const places = [own.at, ...Object.values(parts).flatMap((list) => list.map(({ at }) => at))].filter(
    (at) => at !== undefined,
  );
  const type = 'type' in given ? String(given.type) : '';
  return { type, value: own.value, at: places.length === 0 ? undefined : Math.min(...places), parts };
}

/** Literals that stand side by side become one, with the numbers of all. */
function decoded(value: string, { texts, places }: Numbered) {
  const [name = '', ...numbers] = value.split(mark);
  const first = numbers[0];
  if (first === undefined) return { value, at: undefined };
  const text = name === '' ? numbers.map((number) => texts[Number(number)] ?? '').join('') : name;
  return { value: text, at: places[Number(first)] };
}

/** Where each token begins, found by walking the text as the tokeniser does. */
function placesOf(source: string, tokens: Tokens): number[] {
  let cursor = 0;
  return tokens.map(({ type, value }) => {
    const quote = type === 'StringLiteral' ? /["']/g : undefined;
    let at: number;
    if (quote !== undefined) {
      quote.lastIndex = cursor;
      at = quote.exec(source)?.index ?? cursor;
      cursor = endOfString(source, at);
    } else {
      at = source.indexOf(type === 'Comment' ? '{#' : value, cursor);
      if (at < 0) at = cursor;
      cursor = type === 'Comment' ? source.indexOf('#}', at) + 2 : at + value.length;
    }
    return at;
  });
}

function endOfString(source: string, start: number): number {
  const quote = source[start];
  let at = start + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** A node with all that is below it, in the order of the text. */
export function* below(node: TemplateNode): Generator<TemplateNode> {
  yield node;
  for (const list of Object.values(node.parts)) for (const part of list) yield* below(part);
}

/** The parts of a node under one name. */
export const partsOf = (node: TemplateNode, name: string): readonly TemplateNode[] => node.parts[name] ?? [];

/** Is it a comparison, of whatever kind? */
export const isComparison = ({ type, value }: TemplateNode): boolean =>
  type === 'BinaryExpression' && /^(?:==|!=|<=?|>=?|in|not in|not)$/.test(value);

/** The name of a filter or method that is called, its arguments, and what it is called on. */
export function callOf(node: TemplateNode): [string, readonly TemplateNode[], readonly TemplateNode[]] {
  if (node.type === 'FilterExpression') {
    const [filter] = partsOf(node, 'filter');
    if (filter === undefined) return ['', [], []];
    const [callee] = filter.type === 'CallExpression' ? partsOf(filter, 'callee') : [filter];
    return [callee?.value ?? '', partsOf(filter, 'args'), partsOf(node, 'operand')];
  }
  const [callee] = node.type === 'CallExpression' ? partsOf(node, 'callee') : [];
  if (callee?.type !== 'MemberExpression') return ['', [], []];
  return [partsOf(callee, 'property')[0]?.value ?? '', partsOf(node, 'args'), partsOf(callee, 'object')];
}

/** Line and column of a place, both from 1. @param at in characters from the beginning, which it is without one */
export function placeOf(source: string, at = 0): { readonly line: number; readonly column: number } {
  const before = source.slice(0, at);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: at - start + 1 };
}
