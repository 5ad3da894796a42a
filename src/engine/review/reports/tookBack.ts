import type { Reversal } from '../../../protocol/review.ts';

/** What the reversal patch takes out of the candidate, as reports say it. */
export function tookBack({ rank, whole }: Reversal): string {
  return whole ? 'all that differs in the edited tensors, rounding too,' : `the finding alone (rank ${rank})`;
}
