import { type Change, isOfFewRows, spikesOf } from '../difference/change.ts';
import { verdictRules } from '../rules.ts';
import { editedBesides } from './besides.ts';
import { type Fingerprint, nothingEdited } from './found.ts';

const { removed, removedShare, beyondFloor, denseShare, fewRowsShare } = verdictRules;

/**
 * Weights that were set to 0, one by one or in whole neurons. What is taken away is orthogonal to what is left, so that
 * ⟨ΔW, W⟩ = −‖ΔW‖²; of training it is so only by accident, in one matrix and not in all.
 *
 * @returns undefined where that is not what happened
 */
export function pruned(real: readonly Change[]): Fingerprint | undefined {
  const looked = real.filter(({ against, layer }) => against !== undefined && layer !== null);
  const taken = looked.filter(isTakenAway);
  const others = looked.filter((change) => !taken.includes(change));
  if (taken.length === 0 || taken.length < removedShare.value * looked.length) return undefined;
  if (!others.every((change) => spikesOf(change) > 0 && !isOfFewRows(change))) return undefined;
  // a direction taken away is as orthogonal to what is left, but it is in every weight, and stands out
  const dense = taken.filter((change) => spikesOf(change) > 0 && change.diff.changed > fewRowsShare.value);
  if (dense.length > denseShare.value * taken.length) return undefined;
  const shares = taken.map(({ diff }) => diff.changed);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => (100 * share).toFixed(0));
  const evidence = [
    `What changed in ${real.length - others.length} matrices was taken away: the change is orthogonal to what is left (−⟨ΔW, W⟩ / ‖ΔW‖² is 1 within ${removed.value}).`,
    `${least === most ? least : `${least} to ${most}`} % of the weights of a matrix were set to 0.`,
  ];
  return others.length > 0
    ? editedBesides(others, 'pruning', evidence)
    : { ...nothingEdited, verdict: 'pruned', confidence: 'high', evidence };
}

function isTakenAway({ against, relative, floor }: Change): boolean {
  if (against === undefined || relative <= beyondFloor.value * floor) return false;
  return Math.abs(against.removed - 1) <= removed.value;
}
