import type { UndoPatch } from '../../../protocol/review.ts';
import { magnitude, percent } from '../../../text/numbers.ts';

/** What the reversal patch takes out of the candidate, as reports say it. */
export function tookBack({ rank, whole }: UndoPatch): string {
  return whole ? 'all that differs in the edited tensors, rounding too,' : `the finding alone (rank ${rank})`;
}

/** What no patch can better: how far rounding takes the base from itself. */
export function noiseOf({ noise }: NonNullable<UndoPatch['measured']>): string {
  return `Rounding of activations alone keeps ${percent(noise.restored)} of the base's answers, at a KL of ${magnitude(noise.kl)} nats.`;
}
