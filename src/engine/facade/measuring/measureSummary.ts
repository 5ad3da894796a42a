import type { Measured } from '../../../protocol/editing.ts';
import type { Drift } from '../../../protocol/measures.ts';
import { counterfact } from '../../measures/counterfact.ts';
import { easyEdit } from '../../measures/easyedit.ts';
import { fluency } from '../../measures/fluency.ts';
import { chatMatch, generationMatch, textMatch } from '../../measures/generationMatch.ts';
import { strict } from '../../measures/strict.ts';
import { mean } from '../../numeric/mean.ts';
import type { Read } from './measureEdit.ts';
import { chatTokens, matchTokens } from './waysToAsk.ts';

/** Greedy tokens that fluency is measured on, as in the ROME release. */
export const fluencyTokens = 100;

/** The headline numbers over all edits that were read, each with its protocol and number of cases. */
export function measureSummary(
  read: readonly Read[],
  drifts: readonly Drift[],
  generated: number,
): Measured['summary'] {
  const cases = read.map(({ measured }) => measured.probes);
  const matches = read.map(({ continuation, target }) => ({ generated: continuation, target }));
  const texts = (state: 'before' | 'after') => read.map(({ measured }) => measured.generated[state]);
  const looked = new Set(read.map((one) => one.looked));
  return {
    counterfact: counterfact(cases),
    strict: strict(cases),
    easyEdit: easyEdit(cases),
    generationMatch: generationMatch(matches, ...(looked.size === 0 ? [matchTokens] : looked)),
    chatMatch: chatMatch(
      read.flatMap(({ measured: { asChat } }) => asChat?.generationMatch ?? []),
      chatTokens,
    ),
    textMatch: textMatch(
      read.flatMap(({ measured: { asText } }) => asText?.generationMatch ?? []),
      matchTokens,
    ),
    fluency:
      generated < fluencyTokens
        ? null
        : { before: fluency(texts('before'), generated), after: fluency(texts('after'), generated) },
    drift: overall(drifts),
  };
}

/** Drift over all states that were measured: the mean, and the largest at any token of any state. */
function overall(drifts: readonly Drift[]): Drift | null {
  const [first, ...others] = drifts;
  if (first === undefined || others.length === 0) return first ?? null;
  const tops = drifts.flatMap(({ sameTop }) => sameTop ?? []);
  return {
    protocol: `${first.protocol}; averaged over ${drifts.length} patches, each on alone`,
    n: drifts.reduce((sum, { n }) => sum + n, 0),
    meanKl: mean(drifts.map(({ meanKl }) => meanKl)),
    maxKl: Math.max(...drifts.map(({ maxKl }) => maxKl)),
    perplexityBefore: first.perplexityBefore,
    perplexityAfter: mean(drifts.map(({ perplexityAfter }) => perplexityAfter)),
    sameTop: tops.length === 0 ? null : mean(tops),
  };
}
