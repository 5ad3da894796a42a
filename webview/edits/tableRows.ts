import type { Compared, ComparedEdit } from '../../src/protocol/editsTable.ts';

/** What the table can be sorted by; `file` is the order of the edits file. */
export type SortBy = 'file' | 'fact' | 'state' | 'method' | 'layer' | 'relativeNorm' | 'outcome' | Compared;

export interface Order {
  readonly by: SortBy;
  readonly descending: boolean;
}

/** Of a state of the page's own. */
export function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false;
  const by = Reflect.get(value, 'by');
  return typeof by === 'string' && by in keys && typeof Reflect.get(value, 'descending') === 'boolean';
}

/** Edits in an order. Those without the value come last either way; equals keep the order of their file. */
export function sorted(edits: readonly ComparedEdit[], { by, descending }: Order): ComparedEdit[] {
  if (by === 'file') return descending ? edits.toReversed() : [...edits];
  const direction = descending ? -1 : 1;
  const keyed = edits.map((edit) => ({ edit, key: keys[by](edit) }));
  keyed.sort(({ key: a }, { key: b }) => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    if (typeof a === 'string' && typeof b === 'string') return direction * a.localeCompare(b);
    return direction * (Number(a) - Number(b));
  });
  return keyed.map(({ edit }) => edit);
}

const levels = { fails: 0, partly: 1, well: 2 } as const;
const compared = (key: Compared) => (edit: ComparedEdit) => edit.measured?.values[key] ?? null;

const keys: Readonly<Record<SortBy, (edit: ComparedEdit) => string | number | null>> = {
  file: () => 0,
  fact: ({ fact }) => fact,
  state: ({ stateName }) => stateName,
  method: ({ method }) => method,
  layer: ({ layer }) => layer,
  relativeNorm: ({ relativeNorm }) => relativeNorm,
  // what fails first; what was measured in another state behind what was measured in this
  outcome: ({ measured }) =>
    measured === null ? null : levels[measured.outcome.level] + (measured.otherState === null ? 0 : 3),
  es: compared('es'),
  ps: compared('ps'),
  ns: compared('ns'),
  score: compared('score'),
  esStrict: compared('esStrict'),
  psStrict: compared('psStrict'),
  nsStrict: compared('nsStrict'),
  driftKl: compared('driftKl'),
};

/** What "Measure" is to do: edits that are computed, and not measured as they are. */
export function dueOf(edits: readonly ComparedEdit[]): readonly ComparedEdit[] {
  return edits.filter(
    ({ state, measured }) =>
      (state === 'computed' || state === 'applied') && (measured === null || measured.otherState !== null),
  );
}
