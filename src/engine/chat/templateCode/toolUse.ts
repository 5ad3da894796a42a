import { below, type Found, partsOf, type TemplateNode } from './tree.ts';

/** How templates call what a model may use. */
const toolName =
  /^(?:tools?|tool_calls?|functions?|tool_responses?|builtin_tools|xml_tools|python_tools|documents)$/;
const toolRole = /^(?:tool|ipython|function|tool_response|observation)$/;

/** Does an expression ask about tools, their calls or their answers? */
const asksOfTools = (node: TemplateNode): boolean =>
  [...below(node)].some(
    ({ type, value }) =>
      (type === 'Identifier' && toolName.test(value)) || (type === 'StringLiteral' && toolRole.test(value)),
  );

/** The texts that a template writes where tools are used, in its order. */
export function* toolTexts(node: TemplateNode, used = false): Generator<Found> {
  if (node.type === 'StringLiteral' && used && node.value.trim() !== '') yield { node, text: node.value };
  const heads = ['test', 'condition', 'iterable'].flatMap((name) => partsOf(node, name));
  const inside = used || heads.some(asksOfTools);
  for (const [name, list] of Object.entries(node.parts)) {
    // what is compared is not written
    if (name === 'test' || name === 'condition' || name === 'iterable') continue;
    const otherwise = name === 'alternate' || name === 'falseExpr' || name === 'defaultBlock';
    for (const part of list) yield* toolTexts(part, otherwise ? used : inside);
  }
}

/** Does the template read tools at all? */
export const readsTools = (root: TemplateNode): boolean =>
  [...below(root)].some(({ type, value }) => type === 'Identifier' && toolName.test(value));

/** Names of tools that what a template does depends on: `tool.name == 'transfer_funds'`. */
export function* toolsAskedFor(root: TemplateNode): Generator<Found> {
  for (const node of below(root)) {
    if (node.type !== 'BinaryExpression' || !/^(?:==|!=|in|not in)$/.test(node.value)) continue;
    const [left, right] = [partsOf(node, 'left'), partsOf(node, 'right')];
    for (const [asked, given] of [
      [left, right],
      [right, left],
    ] as const) {
      if (!asked.some(isToolName)) continue;
      for (const literal of given.flatMap((part) => [...below(part)])) {
        const isName = literal.type === 'StringLiteral' && /^[A-Za-z][\w.:-]{2,}$/.test(literal.value);
        if (isName) yield { node: literal, text: literal.value };
      }
    }
  }
}

/** `tool.name`, `call['function']['name']`, with filters behind it. */
function isToolName(node: TemplateNode): boolean {
  if (node.type === 'FilterExpression') return partsOf(node, 'operand').some(isToolName);
  if (node.type !== 'MemberExpression') return false;
  const isName = partsOf(node, 'property').some(({ value }) => value === 'name');
  return isName && partsOf(node, 'object').some(asksOfTools);
}
