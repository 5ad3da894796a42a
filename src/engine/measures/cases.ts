import type { Share } from '../../protocol/measures.ts';
import type { ProbeComparison, ReadingKind } from '../../protocol/probe.ts';
import { mean } from '../numeric/mean.ts';
import { wilson } from './wilson.ts';

/** One case is one edit with all its probes, as CounterFact's records are. */
export type Case = readonly ProbeComparison[];

/** Groups comparisons by their edit, in the order in which the edits first occur. */
export function casesOf(comparisons: readonly ProbeComparison[]): Case[] {
  const cases = new Map<string, ProbeComparison[]>();
  for (const comparison of comparisons) {
    const own = cases.get(comparison.probe.edit);
    if (own === undefined) cases.set(comparison.probe.edit, [comparison]);
    else own.push(comparison);
  }
  return [...cases.values()];
}

/**
 * The mean over cases of the mean within each case, which is how CounterFact averages: a case with many probes counts
 * no more than one with few. Cases without such a probe are left out.
 *
 * @param read the value of one comparison; undefined where it does not apply.
 */
export function perCase(
  cases: readonly Case[],
  kinds: readonly ReadingKind[],
  read: (comparison: ProbeComparison) => number | undefined,
): number[] {
  return cases.flatMap((comparisons) => {
    const values = comparisons
      .filter(({ probe }) => kinds.includes(probe.kind))
      .map(read)
      .filter((value) => value !== undefined);
    return values.length === 0 ? [] : [mean(values)];
  });
}

/** The mean of the cases' shares with its interval; null without a case. */
export function shareOf(values: readonly number[]): Share | null {
  if (values.length === 0) return null;
  const value = mean(values);
  return { value, n: values.length, ...wilson(value, values.length) };
}
