import { perCase, shareOf } from '../../../src/engine/measures/cases.ts';
import { counterfact } from '../../../src/engine/measures/counterfact.ts';
import { generationMatch } from '../../../src/engine/measures/generationMatch.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import type { Share } from '../../../src/protocol/measures.ts';
import type { Reading } from '../../../src/protocol/probe.ts';
import { median } from '../statistics.ts';
import { type MeasuredAlone, matchTokens } from './measureEach.ts';

/** One line of the table: all edits by one method, or the unedited model. */
export interface Row {
  readonly method: string;
  readonly n: number;
  readonly es: Share | null;
  readonly ps: Share | null;
  readonly ns: Share | null;
  readonly s: number | null;
  readonly generation: Share | null;
  /** Other facts of the subject that the true object still wins. */
  readonly same: Share | null;
  /** Other facts of the subject that greedy decoding still answers with the true object. */
  readonly sameGreedy: Share | null;
  readonly driftKl: number | null;
  readonly perplexity: number | null;
  readonly seconds: number | null;
}

export const protocols = (measured: readonly MeasuredAlone[]): string[] => [
  `ES, PS, NS, S: ${counterfact([]).protocol}`,
  generationMatch([], matchTokens).protocol,
  "same subject: share of the subject's other facts whose true object has the lower mean NLL per token than the new target; greedy: share that greedy decoding answers with the true object; averaged within each case, then over cases",
  ...measured.slice(0, 1).flatMap(({ drift }) => (drift === undefined ? [] : [drift.protocol])),
  'shares with their 95 % Wilson interval over edits; seconds: median of the whole computation of one edit',
];

/** What the measured edits say of one state of the model. */
export function rowOf(method: string, measured: readonly MeasuredAlone[], state: 'before' | 'after'): Row {
  const cases = measured.map(({ comparisons }) => comparisons);
  const { es, ps, ns, score } = counterfact(cases)[state];
  const matches = measured.map(({ edit, generated }) => ({
    generated: generated[state],
    target: edit.target.new,
  }));
  const drifts = measured.flatMap(({ drift }) => drift ?? []);
  const edited = state === 'after';
  return {
    method,
    n: measured.length,
    es,
    ps,
    ns,
    s: score,
    generation: generationMatch(matches, matchTokens).share,
    same: shareOf(perCase(cases, ['sameSubject'], (found) => Number(wins(found[state])))),
    sameGreedy: shareOf(
      perCase(cases, ['sameSubject'], (found) => Number(found[state].true?.accuracy === 1)),
    ),
    driftKl: drifts.length === 0 ? null : edited ? mean(drifts.map(({ meanKl }) => meanKl)) : 0,
    perplexity:
      drifts.length === 0
        ? null
        : mean(drifts.map((drift) => (edited ? drift.perplexityAfter : drift.perplexityBefore))),
    seconds: edited ? median(measured.map(({ seconds }) => seconds)) : null,
  };
}

/** Whether the true object is likelier than the new target, by mean NLL per token. */
const wins = ({ true: old, new: fresh }: Reading): boolean =>
  old !== undefined && fresh !== undefined && old.nll < fresh.nll;
