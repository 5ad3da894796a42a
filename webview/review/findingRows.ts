import type { Finding, FindingKind } from '../../src/protocol/review.ts';

/** One line of the tree of findings. */
export type FindingRow =
  | { readonly type: 'group'; readonly kind: FindingKind; readonly count: number; readonly folded: boolean }
  | { readonly type: 'finding'; readonly finding: Finding; readonly index: number }
  /** Findings of the group that the tree leaves to the report. */
  | { readonly type: 'more'; readonly kind: FindingKind; readonly count: number };

/** Groups of more findings are folded at first. */
const few = 12;
/** Findings of one group that are listed. */
const limit = 200;

/**
 * The lines of the tree in their order: each kind as it first comes, and what is of it.
 *
 * @param turned groups that a person has folded, or unfolded
 */
export function findingRows(findings: readonly Finding[], turned: readonly FindingKind[]): FindingRow[] {
  const groups = new Map<FindingKind, { finding: Finding; index: number }[]>();
  for (const [index, finding] of findings.entries()) {
    const group = groups.get(finding.kind) ?? [];
    groups.set(finding.kind, group);
    group.push({ finding, index });
  }
  return [...groups].flatMap(([kind, all]): FindingRow[] => {
    const folded = all.length > few !== turned.includes(kind);
    const head: FindingRow = { type: 'group', kind, count: all.length, folded };
    if (folded) return [head];
    const listed = all.slice(0, limit).map((own): FindingRow => ({ type: 'finding', ...own }));
    const more: FindingRow[] = all.length > limit ? [{ type: 'more', kind, count: all.length - limit }] : [];
    return [head, ...listed, ...more];
  });
}

/** Names a line: for the selection, and for the reader's place. */
export const rowId = (row: FindingRow): string =>
  row.type === 'finding' ? `finding-${row.index}` : `${row.type}-${row.kind}`;
