import { plural } from '../../../text/numbers.ts';
import { mean } from '../../numeric/mean.ts';
import { dot } from '../../numeric/vector.ts';
import { type Change, isOfFewRows, spikesOf } from '../difference/change.ts';
import { verdictRules } from '../rules.ts';
import { editedBesides } from './besides.ts';
import { type Fingerprint, nothingEdited } from './found.ts';

const { alongBase, mostTaken, ablation, ablatedShare, oneDirection } = verdictRules;

/**
 * Directions that were taken away from what matrices write, as abliteration does it (arXiv 2406.11717):
 * ΔW = −λ u uᵀW for one u, or a few, in everything that writes to the residual stream.
 *
 * @returns undefined where that is not what stands out
 */
export function ablated(real: readonly Change[]): Fingerprint | undefined {
  // rows of a table of tokens are what is written, so that a direction is taken out of its columns' side
  const standing = real.filter(
    (change) => change.layer !== null && isLookedAlong(change) && !isOfFewRows(change),
  );
  const scaled = standing.filter((change) => scaledShare(change) >= ablation.value);
  if (scaled.length === 0 || scaled.length < ablatedShare.value * standing.length) return undefined;
  const agreement = agreementOf(scaled);
  const one = agreement >= oneDirection.value;
  const others = standing.filter((change) => !scaled.includes(change));
  const evidence = [
    `In ${scaled.length} of ${plural(standing.length, 'matrix', 'matrices')} that stood out, the change only scales what the base writes along ${one ? 'one direction' : 'a few directions'} (${Math.min(...scaled.map(scaledShare)).toFixed(2)} of the squared change or more).`,
    scaled.length === 1 ? 'No other matrix shows the direction.' : alike(agreement, one),
  ];
  if (others.length > 0) return editedBesides(others, 'ablation', evidence);
  const confidence = one && scaled.length > 1 ? 'high' : 'medium';
  const undoable = scaled.length === real.length ? scaled : [];
  return { ...nothingEdited, verdict: 'abliterated', confidence, evidence, undoable };
}

const alike = (agreement: number, one: boolean): string =>
  one
    ? `Their leading directions agree (mean |cos| ${agreement.toFixed(3)}), as where refusals are taken out of a model.`
    : `Their leading directions are not the same (mean |cos| ${agreement.toFixed(3)}), as where several are taken out.`;

const isLookedAlong = (change: Change): boolean =>
  spikesOf(change) > 0 && change.against !== undefined && change.against.along.length > 0;

/**
 * The share of the squared change along its directions in which the base's own output is scaled: for −λ u uᵀW the value is
 * λ ‖Wᵀu‖.
 */
function scaledShare({ spectrum, against }: Change): number {
  if (spectrum === undefined || against === undefined) return 0;
  const { along, written } = against;
  // directions that were found have a value each
  const values = along.map((_, k) => spectrum.values[k] as number);
  const squares = values.map((value) => value ** 2);
  const isScaled = (k: number) =>
    (along[k] as number) >= alongBase.value &&
    (values[k] as number) <= mostTaken.value * (written[k] as number);
  const sum = (some: readonly number[]) => some.reduce((all, square) => all + square, 0);
  return sum(squares.filter((_, k) => isScaled(k))) / sum(squares);
}

/** Mean |cos| of the leading left directions with that of the first. */
function agreementOf(changes: readonly Change[]): number {
  const [first, ...others] = changes.flatMap(({ spectrum }) => spectrum?.left.slice(0, 1) ?? []);
  if (first === undefined) return 0;
  const alike = others.filter(({ length }) => length === first.length);
  return alike.length === 0 ? 1 : mean(alike.map((left) => Math.abs(dot(first, left))));
}
