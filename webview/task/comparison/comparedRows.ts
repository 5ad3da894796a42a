import type { Measured } from '../../../src/protocol/editing.ts';
import { MEASURES, type MeasureEntry, numberOf } from '../../../src/protocol/measureRegistry.ts';
import type { ProbeComparison } from '../../../src/protocol/probe.ts';

type Both<T> = readonly [T, T];

/** A measure of both sides; `delta` is null where one of them has none. */
export interface MeasureRow {
  readonly measure: MeasureEntry;
  readonly values: Both<number | null>;
  readonly delta: number | null;
}

/** The measures that at least one of the sides has. */
export function measureRows([one, other]: Both<Measured>): MeasureRow[] {
  return MEASURES.flatMap((measure) => {
    const values: Both<number | null> = [
      numberOf(measure.after(one.summary)),
      numberOf(measure.after(other.summary)),
    ];
    if (values.every((value) => value === null)) return [];
    return [{ measure, values, delta: less(values) }];
  });
}

/** A probe under both sides. */
export interface ProbeRow {
  readonly sides: Both<ProbeComparison>;
  /** NLL of the new answer, the second side's less the first's; null without a new answer. */
  readonly nllNew: number | null;
  /** KL to the unedited model, likewise. */
  readonly kl: number;
  /** Whether the likeliest token or the verdict is another. */
  readonly differs: boolean;
}

/** Both sides were asked the same probes in the same order; those that differ come first. */
export function probeRows([one, other]: Both<Measured>): ProbeRow[] {
  const [mine, others] = [one.edits[0]?.probes ?? [], other.edits[0]?.probes ?? []];
  const rows = mine.flatMap((first, index): ProbeRow[] => {
    const second = others[index];
    if (second === undefined) return [];
    const differs =
      first.after.top[0]?.token !== second.after.top[0]?.token || first.passedAfter !== second.passedAfter;
    const nll = [first.after.new?.nll ?? null, second.after.new?.nll ?? null] as const;
    return [{ sides: [first, second], nllNew: less(nll), kl: second.kl - first.kl, differs }];
  });
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)];
}

function less([one, other]: Both<number | null>): number | null {
  return one === null || other === null ? null : other - one;
}
