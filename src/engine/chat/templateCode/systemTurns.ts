import { below, type Found, partsOf, type TemplateNode } from './tree.ts';

/** Where a template goes through the conversation without the turns of the system: `for m in messages if m.role != 'system'`. */
export function* leavesOutSystem(root: TemplateNode): Generator<Found> {
  for (const node of below(root)) {
    if (node.type === 'SelectExpression') {
      for (const test of partsOf(node, 'test')) {
        if (excludesSystem(test)) yield { node: test, text: shown(test) };
      }
    }
    if (node.type !== 'FilterExpression') continue;
    const [filter] = partsOf(node, 'filter');
    const [callee] = filter?.type === 'CallExpression' ? partsOf(filter, 'callee') : [];
    const values = filter === undefined ? [] : textsIn(partsOf(filter, 'args'));
    if (values[0] !== 'role') continue;
    const names = values.slice(1).filter((value) => isRole(value));
    const rejects = callee?.value === 'rejectattr' && names.includes('system');
    const selects = callee?.value === 'selectattr' && names.length > 0 && !names.includes('system');
    if (rejects || selects) yield { node, text: `${callee.value} ${names.join(', ')}` };
  }
}

/** Does the template write the turn of the system by itself, apart from the others? */
export const writesSystem = (root: TemplateNode): boolean =>
  [...below(root)].some((node) => {
    if (node.type === 'MemberExpression') {
      const isFirst = partsOf(node, 'property').some(
        ({ type, value }) => type === 'IntegerLiteral' && value === '0',
      );
      return isFirst && partsOf(node, 'object').some(({ value }) => value === 'messages');
    }
    if (node.type === 'Identifier') return /^system(?:_message|_prompt)?$/.test(node.value);
    return isEquality(node) && mentionsRole(node) && textsIn([node]).includes('system');
  });

const isRole = (value: string): boolean => /^(?:system|user|assistant|tool|developer|ipython)$/.test(value);
const isEquality = ({ type, value }: TemplateNode): boolean => type === 'BinaryExpression' && value === '==';

const mentionsRole = (node: TemplateNode): boolean =>
  [...below(node)].some(
    ({ type, value }) => (type === 'Identifier' || type === 'StringLiteral') && value === 'role',
  );

const textsIn = (nodes: readonly TemplateNode[]): string[] =>
  nodes.flatMap((node) =>
    [...below(node)].filter(({ type }) => type === 'StringLiteral').map(({ value }) => value),
  );

/** Is a condition on a turn false for those of the system? Undecided where it is none on roles. */
function excludesSystem(test: TemplateNode): boolean {
  if (test.type === 'UnaryExpression') return partsOf(test, 'argument').some(isSystemAlone);
  if (test.type !== 'BinaryExpression') return false;
  if (test.value === 'and') return [...partsOf(test, 'left'), ...partsOf(test, 'right')].some(excludesSystem);
  if (!mentionsRole(test)) return false;
  const roles = textsIn([test]).filter(isRole);
  if (test.value === '!=' || test.value === 'not in') return roles.includes('system');
  return (test.value === '==' || test.value === 'in') && roles.length > 0 && !roles.includes('system');
}

const isSystemAlone = (node: TemplateNode): boolean =>
  node.type === 'BinaryExpression' &&
  /^(?:==|in)$/.test(node.value) &&
  mentionsRole(node) &&
  textsIn([node]).includes('system');

const shown = (test: TemplateNode): string =>
  [...below(test)]
    .filter(({ type, value }) => value !== '' && type !== 'Program')
    .map(({ value }) => value)
    .join(' ');
