import type { Counterfact, CounterfactSide } from '../../protocol/measures.ts';
import type { Reading, ReadingKind } from '../../protocol/probe.ts';
import { mean } from '../numeric/mean.ts';
import { type Case, perCase, shareOf } from './cases.ts';

const protocol =
  'CounterFact (Meng et al. 2022): mean NLL per target token of the new against the true target; averaged within each case, then over cases';

/**
 * ES, PS, NS, their harmonic mean S, and the magnitudes EM, PM, NM, before and after the edits, as the released code
 * of ROME computes them. Probes without both targets do not take part.
 */
export function counterfact(cases: readonly Case[]): Counterfact {
  return { protocol, n: cases.length, before: side(cases, 'before'), after: side(cases, 'after') };
}

function side(cases: readonly Case[], state: 'before' | 'after'): CounterfactSide {
  const success = (kind: ReadingKind) =>
    shareOf(perCase(cases, [kind], (comparison) => compare(comparison[state], kind)?.success));
  const magnitude = (kind: ReadingKind) => {
    const values = perCase(cases, [kind], (comparison) => compare(comparison[state], kind)?.magnitude);
    return values.length === 0 ? null : mean(values);
  };
  const [es, ps, ns] = [success('efficacy'), success('paraphrase'), success('neighbourhood')];
  const shares = [es?.value, ps?.value, ns?.value].filter((value) => value !== undefined);
  return {
    es,
    ps,
    ns,
    score: shares.length === 3 ? harmonicMean(shares) : null,
    em: magnitude('efficacy'),
    pm: magnitude('paraphrase'),
    nm: magnitude('neighbourhood'),
  };
}

/** The new target should win on the prompt and its paraphrases, the true one on neighbours. A tie is a failure. */
function compare(reading: Reading, kind: ReadingKind): { success: number; magnitude: number } | undefined {
  if (reading.new === undefined || reading.true === undefined) return undefined;
  const [wanted, other] =
    kind === 'neighbourhood' ? [reading.true, reading.new] : [reading.new, reading.true];
  return { success: wanted.nll < other.nll ? 1 : 0, magnitude: wanted.meanP - other.meanP };
}

/** 0 as soon as one value is 0. */
export function harmonicMean(values: readonly number[]): number {
  return values.length / values.reduce((sum, value) => sum + 1 / value, 0);
}
