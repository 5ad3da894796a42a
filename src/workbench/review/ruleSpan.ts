import { findNodeAtLocation } from 'jsonc-parser';
import type { Violation } from '../../protocol/review.ts';
import { readTree, type Span } from '../edits/language/jsonTree.ts';

/** The name of a rule in the text of a policy; the bracket that opens the policy where the rule is not written. */
export function ruleSpan(text: string, rule: Violation['rule']): Span {
  const { root } = readTree(text);
  if (root === undefined) return { offset: 0, length: 1 };
  const key = findNodeAtLocation(root, [rule])?.parent?.children?.[0];
  return key === undefined ? { offset: root.offset, length: 1 } : { offset: key.offset, length: key.length };
}
