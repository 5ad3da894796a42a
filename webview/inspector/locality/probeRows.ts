import { holds } from '../../../src/protocol/outcome.ts';
import type { ProbeComparison, ReadingKind } from '../../../src/protocol/probe.ts';

/** What the table can be sorted by; `file` is the order of the edits file. */
export type SortBy = 'file' | 'verdict' | 'nllNew' | 'nllTrue' | 'rankNew' | 'rankTrue' | 'kl';

export interface Arrangement {
  readonly sortBy: SortBy;
  readonly descending: boolean;
  readonly changedOnly: boolean;
  /** Groups that are folded. */
  readonly folded: readonly ReadingKind[];
}

export interface GroupRow {
  readonly type: 'group';
  readonly kind: ReadingKind;
  readonly probes: number;
  readonly changed: number;
  /** Probes that a protocol judges, and how many of them pass. */
  readonly judged: number;
  readonly passedBefore: number;
  readonly passedAfter: number;
  readonly folded: boolean;
}

interface ProbeRow {
  readonly type: 'probe';
  readonly comparison: ProbeComparison;
  /** Place among all comparisons: what is remembered of a selection. */
  readonly index: number;
}

export type Row = GroupRow | ProbeRow;

/** The order of the groups: what must change before what must not. */
const kinds: readonly ReadingKind[] = [
  'efficacy',
  'paraphrase',
  'portability',
  'neighbourhood',
  'sameSubject',
  'text',
];

/** The rows of the locality table: each kind's heading, and below it the probes that are shown, sorted. */
export function arrangeProbes(
  comparisons: readonly ProbeComparison[],
  { sortBy, descending, changedOnly, folded }: Arrangement,
): Row[] {
  const rows: Row[] = [];
  for (const kind of inOrder(comparisons, sortBy)) {
    const all = comparisons.flatMap((comparison, index): ProbeRow[] =>
      comparison.probe.kind === kind ? [{ type: 'probe', comparison, index }] : [],
    );
    const shown = changedOnly ? all.filter(({ comparison }) => comparison.changed) : all;
    if (shown.length === 0) continue;
    const isFolded = folded.includes(kind);
    rows.push(headingOf(kind, all, isFolded));
    if (!isFolded) for (const row of sorted(shown, sortBy, descending)) rows.push(row);
  }
  return rows;
}

/** Kinds as they are hoped for; sorted by verdict, those with failures come first. */
function inOrder(comparisons: readonly ProbeComparison[], sortBy: SortBy): readonly ReadingKind[] {
  if (sortBy !== 'verdict') return kinds;
  const failing = new Set(
    comparisons.filter((comparison) => holds(comparison) === false).map(({ probe }) => probe.kind),
  );
  return kinds.toSorted((a, b) => Number(failing.has(b)) - Number(failing.has(a)));
}

function headingOf(kind: ReadingKind, rows: readonly ProbeRow[], folded: boolean): GroupRow {
  const comparisons = rows.map(({ comparison }) => comparison);
  return {
    type: 'group',
    kind,
    probes: comparisons.length,
    changed: comparisons.filter(({ changed }) => changed).length,
    judged: comparisons.filter(({ passedAfter }) => passedAfter !== null).length,
    passedBefore: comparisons.filter((comparison) => holds(comparison, 'before') === true).length,
    passedAfter: comparisons.filter((comparison) => holds(comparison) === true).length,
    folded,
  };
}

/** Probes without the value that is sorted by come last, whatever the direction; equals keep the file's order. */
function sorted(rows: readonly ProbeRow[], sortBy: SortBy, descending: boolean): ProbeRow[] {
  if (sortBy === 'file') return descending ? rows.toReversed() : [...rows];
  const direction = descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: sortKey(row.comparison, sortBy) }));
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined)
      return Number(a.key === undefined) - Number(b.key === undefined);
    return direction * (a.key - b.key);
  });
  return keyed.map(({ row }) => row);
}

/** Read after the edit. Failures sort before passes, and unjudged probes have no verdict to sort by. */
function sortKey(comparison: ProbeComparison, sortBy: SortBy): number | undefined {
  const { after, kl } = comparison;
  switch (sortBy) {
    case 'file':
      return 0;
    case 'verdict': {
      const passes = holds(comparison);
      return passes === null ? undefined : Number(passes);
    }
    case 'nllNew':
      return after.new?.nll;
    case 'nllTrue':
      return after.true?.nll;
    case 'rankNew':
      return after.new?.rank;
    case 'rankTrue':
      return after.true?.rank;
    case 'kl':
      return kl;
  }
}
