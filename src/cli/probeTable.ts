import type { ProbeComparison } from '../protocol/probe.ts';
import { shownPrompt } from '../protocol/promptWords.ts';
import { magnitude, probability } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import type { Style } from './style.ts';

/** Probes as a table: what the model would say next in two states, how far that moved, and whether it holds. */
export function probeTable(
  style: Style,
  comparisons: readonly ProbeComparison[],
  states: readonly [before: string, after: string] = ['before', 'after'],
): string {
  const [before, after] = states;
  return style.table(
    [
      { head: 'kind' },
      { head: 'prompt' },
      { head: before },
      { head: after },
      { head: 'KL', align: 'right' },
      { head: '' },
    ],
    comparisons.map((comparison) => [
      comparison.probe.kind,
      visible(shownPrompt(comparison.probe.prompt)),
      likeliest(comparison.before),
      likeliest(comparison.after),
      magnitude(comparison.kl),
      style.verdict(comparison.passedAfter),
    ]),
  );
}

function likeliest({ top }: ProbeComparison['before']): string {
  const [first] = top;
  return first === undefined ? '' : `${visible(first.token.trim())} ${probability(first.p)}`;
}
