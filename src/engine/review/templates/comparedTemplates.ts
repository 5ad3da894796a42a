import { quoted } from '../../../text/visible.ts';
import { foldConstants } from '../../chat/templateCode/foldConstants.ts';
import { leavesOutSystem } from '../../chat/templateCode/systemTurns.ts';
import { readsTools, toolTexts } from '../../chat/templateCode/toolUse.ts';
import { type Found, parseTemplate, placeOf, type TemplateNode } from '../../chat/templateCode/tree.ts';

/** What a template does otherwise than its base, where it matters most: in the system's turns and in the use of tools. */
export interface TemplateChange {
  /** One sentence. */
  readonly says: string;
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

/** Texts of each side that are shown. */
const limit = 3;

/** Compares two templates by their syntax trees. Nothing is said where one of them cannot be read. */
export function comparedTemplates(before: string, after: string): TemplateChange[] {
  const [base, candidate] = [treeOf(before), treeOf(after)];
  if (base === undefined || candidate === undefined) return [];
  const at = ({ node }: Found) => placeOf(after, node.at);
  const beginning = { line: 1, column: 1 };
  const dropped = [...leavesOutSystem(base)].length === 0 ? [...leavesOutSystem(candidate)].slice(0, 1) : [];
  const system = dropped.map((found) => ({
    says: `It leaves out what the system says, which the base does not: ${quoted(found.text)}.`,
    ...at(found),
  }));
  if (readsTools(base) !== readsTools(candidate)) {
    const says = readsTools(base)
      ? 'It does not read tools, which the base does.'
      : 'It reads tools, which the base does not.';
    return [...system, { says, ...beginning }];
  }
  const [old, now] = [[...toolTexts(base)], [...toolTexts(candidate)]];
  const added = missingFrom(old, now);
  const removed = missingFrom(now, old);
  const [first] = added;
  if (first === undefined && removed.length === 0) return system;
  const parts = [
    ...(added.length === 0 ? [] : [`it writes what the base does not: ${listed(added)}`]),
    ...(removed.length === 0 ? [] : [`it does not write what the base does: ${listed(removed)}`]),
  ];
  const says = `Where tools are used, ${parts.join('; ')}.`;
  return [...system, { says, ...(first === undefined ? beginning : at(first)) }];
}

function treeOf(template: string): TemplateNode | undefined {
  try {
    return foldConstants(parseTemplate(template));
  } catch {
    // that it cannot be read is a finding of its own
    return undefined;
  }
}

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Those of `others` that none of `known` says, blanks aside. */
function missingFrom(known: readonly Found[], others: readonly Found[]): Found[] {
  const texts = new Set(known.map(({ text }) => plain(text)));
  return others.filter(({ text }) => !texts.has(plain(text)));
}

const listed = (found: readonly Found[]): string =>
  found
    .slice(0, limit)
    .map(({ text }) => quoted(plain(text)))
    .concat(found.length > limit ? [`and ${found.length - limit} more`] : [])
    .join(', ');
