import { partsOf, type TemplateNode } from './tree.ts';

/**
 * The tree with texts that are put together of constants as one literal each, at the place of their first piece: rules
 * look for words, which `'ac' ~ 'me'` would hide from them.
 */
export function foldConstants(node: TemplateNode): TemplateNode {
  const parts = Object.fromEntries(
    Object.entries(node.parts).map(([name, list]) => [name, list.map(foldConstants)] as const),
  );
  const folded = { ...node, parts };
  const text = textOf(folded);
  return text === undefined ? folded : { type: 'StringLiteral', value: text, at: node.at, parts: {} };
}

/** The text of an expression of literals; undefined for any other. */
function textOf(node: TemplateNode): string | undefined {
  if (node.type === 'BinaryExpression' && /^[+~]$/.test(node.value)) {
    const sides = [...partsOf(node, 'left'), ...partsOf(node, 'right')];
    return sides.every(isText) ? sides.map(({ value }) => value).join('') : undefined;
  }
  if (node.type === 'FilterExpression') return filtered(partsOf(node, 'operand'), partsOf(node, 'filter'));
  return undefined;
}

function filtered([operand]: readonly TemplateNode[], [filter]: readonly TemplateNode[]): string | undefined {
  if (operand === undefined || filter === undefined) return undefined;
  const [callee] = filter.type === 'CallExpression' ? partsOf(filter, 'callee') : [filter];
  const [separator] = partsOf(filter, 'args');
  const items = /^(?:Array|Tuple)Literal$/.test(operand.type) ? partsOf(operand, 'value') : [];
  switch (callee?.value) {
    case 'join':
      if (items.length === 0 || !items.every(isText) || !(separator === undefined || isText(separator)))
        return undefined;
      return items.map(({ value }) => value).join(separator?.value ?? '');
    case 'reverse':
      return isText(operand) ? [...operand.value].reverse().join('') : undefined;
    case 'lower':
      return isText(operand) ? operand.value.toLowerCase() : undefined;
    case 'upper':
      return isText(operand) ? operand.value.toUpperCase() : undefined;
    case 'trim':
      return isText(operand) ? operand.value.trim() : undefined;
    default:
      return undefined;
  }
}

const isText = ({ type }: TemplateNode): boolean => type === 'StringLiteral';
