import { quoted } from '../../../text/visible.ts';
import { foldConstants } from './foldConstants.ts';
import { rules, type TemplateTree } from './rules.ts';
import { below, type Found, parseTemplate, partsOf, placeOf, type TemplateNode } from './tree.ts';

/** What a template does that it need not do. */
export interface TemplateFinding {
  /** The rule's name; `unread` for a template that cannot be parsed. */
  readonly rule: string;
  /** One sentence. */
  readonly says: string;
  readonly source: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** Longer texts are no templates that anyone wrote. */
const maxLength = 1 << 20;
/** A template that breaks a rule everywhere says enough with its first places. */
const maxOfRule = 5;

/**
 * Reads the syntax tree of a chat template; nothing of it is run. A template that the parser of Jinja's subset for chats
 * does not read is a finding of its own.
 */
export function checkTemplate(source: string): TemplateFinding[] {
  const tree = treeOf(source);
  if (typeof tree === 'string') {
    return [{ rule: 'unread', says: `It cannot be read: ${tree}.`, source: 'none', line: 1, column: 1 }];
  }
  return rules
    .flatMap(({ id, says, source: by, find }) => {
      const found = distinct([...find(tree)]).slice(0, maxOfRule);
      return found.map(({ node, text }) => ({
        rule: id,
        says: `${says}: ${quoted(text)}.`,
        source: by,
        ...placeOf(source, node.at),
      }));
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** The tree, or why there is none. */
function treeOf(source: string): TemplateTree | string {
  if (source.length > maxLength) return `it has ${source.length} characters`;
  let root: TemplateNode;
  try {
    root = foldConstants(parseTemplate(source));
  } catch (error) {
    // the parser stumbles over what ends too early, and over what is nested too deeply
    if (error instanceof TypeError || error instanceof RangeError) return 'a tag or a block is not closed';
    const message = error instanceof Error ? error.message : String(error);
    return (message.replace(/^Parser Error: /, '').split('\n')[0] ?? '').slice(0, 200).replace(/\.$/, '');
  }
  return { root, spoken: spokenNames(root), conditions: conditionsOf(root) };
}

function conditionsOf(root: TemplateNode): TemplateTree['conditions'] {
  return [...below(root)]
    .flatMap((node) => {
      if (node.type === 'If') return [{ test: partsOf(node, 'test'), body: partsOf(node, 'body') }];
      if (node.type === 'Ternary')
        return [{ test: partsOf(node, 'condition'), body: partsOf(node, 'trueExpr') }];
      if (node.type === 'SelectExpression')
        return [{ test: partsOf(node, 'test'), body: partsOf(node, 'lhs') }];
      return [];
    })
    .flatMap(({ test: [test], body }) => (test === undefined ? [] : [{ test, body }]));
}

/** Names that are set to what somebody said, through however many others. */
function spokenNames(root: TemplateNode): Set<string> {
  const spoken = new Set(['content']);
  const sets = [...below(root)].filter(({ type }) => type === 'Set' || type === 'For');
  for (let before = -1; before !== spoken.size; ) {
    before = spoken.size;
    for (const node of sets) {
      const from = [...partsOf(node, 'value'), ...partsOf(node, 'iterable')].flatMap((part) => [
        ...below(part),
      ]);
      const holds = from.some(({ type, value }) =>
        type === 'Identifier' || type === 'StringLiteral'
          ? value === 'content' || (type === 'Identifier' && spoken.has(value))
          : false,
      );
      if (!holds) continue;
      for (const name of [...partsOf(node, 'assignee'), ...partsOf(node, 'loopvar')]) {
        if (name.type === 'Identifier') spoken.add(name.value);
      }
    }
  }
  return spoken;
}

/** One place is found once, whichever conditions it is part of. */
function distinct(found: readonly Found[]): Found[] {
  const places = new Set<number | undefined>();
  return found.filter(({ node: { at } }) => {
    const known = places.has(at);
    places.add(at);
    return !known;
  });
}
