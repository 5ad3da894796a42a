import type { LearnedDefence } from '../../protocol/contextDefence.ts';
import { shareOf } from '../measures/cases.ts';

/** A prompt that was judged. */
export interface Detected {
  /** A plain question, one behind an edit of its fact, or one behind an edit of another fact. */
  readonly kind: 'plain' | 'edited' | 'other';
  readonly called: boolean;
}

/** How often the detector is right, each share with its interval. */
export function detection(all: readonly Detected[]): LearnedDefence['detection'] {
  const called = (kind: Detected['kind']) =>
    shareOf(all.flatMap((one) => (one.kind === kind ? [Number(one.called)] : [])));
  const found = called('edited');
  const precision = shareOf(all.flatMap((one) => (one.called ? [Number(one.kind === 'edited')] : [])));
  const sum = (found?.value ?? 0) + (precision?.value ?? 0);
  return {
    f1: found === null || sum === 0 ? null : (2 * found.value * (precision?.value ?? 0)) / sum,
    found,
    precision,
    falseOnPlain: called('plain'),
    falseOnOthers: called('other'),
  };
}
