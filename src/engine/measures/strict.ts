import type { Strict, StrictSide } from '../../protocol/measures.ts';
import type { Reading } from '../../protocol/probe.ts';
import { type Case, perCase, shareOf } from './cases.ts';
import { harmonicMean } from './counterfact.ts';

const protocol =
  'CounterFact by likeliest token: the likeliest token at every place of the target is the target’s own, on the edited prompt and its paraphrases that of the new one, on neighbors that of the true one; averaged within each case, then over cases';

/**
 * The strict twins of ES, PS and NS: not that one target is likelier than the other, but that it is what the model would
 * say. A new target may beat the true one while the model says a third.
 */
export function strict(cases: readonly Case[]): Strict {
  return { protocol, n: cases.length, before: side(cases, 'before'), after: side(cases, 'after') };
}

function side(cases: readonly Case[], state: 'before' | 'after'): StrictSide {
  const share = (kind: 'efficacy' | 'paraphrase' | 'neighbourhood', target: 'new' | 'true') =>
    shareOf(perCase(cases, [kind], (comparison) => isLikeliest(comparison[state], target)));
  const es = share('efficacy', 'new');
  const ps = share('paraphrase', 'new');
  const ns = share('neighbourhood', 'true');
  const shares = [es, ps, ns].flatMap((one) => one?.value ?? []);
  return { es, ps, ns, score: shares.length === 3 ? harmonicMean(shares) : null };
}

function isLikeliest(reading: Reading, target: 'new' | 'true'): number | undefined {
  const found = reading[target];
  return found === undefined ? undefined : Number(found.accuracy === 1);
}
