import { below, callOf, type Found, isComparison, partsOf, type TemplateNode } from './tree.ts';
import { isForeign, isWords } from './words.ts';

/** Words that are looked for in what somebody said: `'x' in content`, `content.startswith('x')`. */
export function* wordsAskedFor(node: TemplateNode, spoken: ReadonlySet<string>): Generator<Found> {
  const asks = (parts: readonly TemplateNode[]) => parts.some((part) => isSpoken(part, spoken));
  const literals = (parts: readonly TemplateNode[]) =>
    parts
      .flatMap((part) => [...below(part)])
      .filter(({ type, value }) => type === 'StringLiteral' && (isWords(value) || isForeign(value)));
  const [name, args, on] = callOf(node);
  if (isComparison(node)) {
    const [left, right] = [partsOf(node, 'left'), partsOf(node, 'right')];
    if (asks(left)) for (const literal of literals(right)) yield { node: literal, text: literal.value };
    if (asks(right)) for (const literal of literals(left)) yield { node: literal, text: literal.value };
  } else if (/^(?:startswith|endswith|find|index|count)$/.test(name) && asks(on)) {
    for (const literal of literals(args)) yield { node: literal, text: literal.value };
  }
}

/** Lengths of a text below it ask whether there is anything, or how many parts a turn has. */
const minimum = 8;
/** Turns that a conversation has whose beginning and end are looked at. */
const minTurns = 4;

/** What the length of a text or of the conversation is held against; undefined for other comparisons. */
export function lengthAskedFor(node: TemplateNode, spoken: ReadonlySet<string>): string | undefined {
  const sides = [...partsOf(node, 'left'), ...partsOf(node, 'right')];
  const numbers = sides.filter(({ type }) => type === 'IntegerLiteral').map(({ value }) => Number(value));
  const [bound] = numbers;
  if (bound === undefined) return undefined;
  for (const side of sides) {
    const [name, , on] = callOf(side);
    if (!/^(?:length|count)$/.test(name)) continue;
    const ofText = on.some((part) => part.type !== 'Identifier' && isSpoken(part, spoken));
    const ofTurns = on.some(({ type, value }) => type === 'Identifier' && value === 'messages');
    if (bound >= (ofTurns ? minTurns : minimum) && (ofText || ofTurns)) return `${node.value} ${bound}`;
  }
  return undefined;
}

/** Does an expression hold what was said, and not merely who said it or of which kind it is? */
function isSpoken(node: TemplateNode, spoken: ReadonlySet<string>): boolean {
  if (node.type === 'MemberExpression') {
    const [property] = partsOf(node, 'property');
    const name = property?.value ?? '';
    if (name === 'content' || name === 'text') return true;
    // of a message its role, its type, its name
    if (property?.type === 'StringLiteral' || !partsOf(node, 'computed').length) {
      if (/^(?:role|type|name|id|tool_calls|function|reasoning_content|thinking)$/.test(name)) return false;
    }
    return partsOf(node, 'object').some((part) => isSpoken(part, spoken));
  }
  if (node.type === 'Identifier') return spoken.has(node.value);
  return Object.values(node.parts).some((list) => list.some((part) => isSpoken(part, spoken)));
}
