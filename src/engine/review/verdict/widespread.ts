import { median } from '../../numeric/median.ts';
import { type Change, isOfFewRows } from '../difference/change.ts';
import { explained } from '../difference/rounding.ts';
import { verdictRules } from '../rules.ts';
import { editedBesides } from './besides.ts';
import { type Fingerprint, nothingEdited } from './found.ts';
import { confidenceOfRows } from './localised.ts';
import { outOfLine } from './outOfLine.ts';
import { rowSentence } from './sentences.ts';

/** Most tensors changed: the ranks of the changes tell training from an adapter. */
export function widespread(real: readonly Change[], changes: readonly Change[]): Fingerprint {
  const seen = real.flatMap((change) =>
    change.spectrum === undefined ? [] : [{ change, spectrum: change.spectrum }],
  );
  // where some were looked at along many directions, they say more than the rest
  const wide = seen.filter(({ spectrum }) => spectrum.from === 'wide');
  const spectra = wide.length > 0 ? wide : seen;
  const lowRank = spectra.filter(({ change, spectrum }) => {
    const rest = Math.sqrt(Math.max(0, 1 - spectrum.energy)) * change.relative;
    const most = Math.max(explained(change.floor), verdictRules.lowRankRest.value * change.relative);
    return spectrum.spikes > 0 && rest <= most;
  });
  const most = real.filter(({ relative }) => relative > verdictRules.maxExplained.value);
  if (most.length > real.length / 2) return otherWeights(most.length, changes.length);
  const chosen = real.filter(isChosenByRow);
  const rows = chosen.map(rowSentence);
  const where = `${real.length} of ${changes.length} changed tensors changed beyond rounding, over most of the depth.`;
  const strange = outOfLine(real);
  if (strange.length > 0 && strange.length <= verdictRules.maxEdited.value) {
    const summary = `${where} That is what training or an adapter does.`;
    return editedBesides(strange, 'fine-tune', [summary]);
  }
  if (spectra.length > 0 && lowRank.length >= verdictRules.lowRankShare.value * spectra.length) {
    const middle = median(lowRank.map(({ spectrum }) => spectrum.spikes));
    return {
      ...nothingEdited,
      verdict: 'adapter-merged',
      confidence: lowRank.length === spectra.length ? 'high' : 'medium',
      evidence: [
        where,
        `Each change is of low rank (median ${middle}): an adapter was merged into the weights.`,
        ...rows,
      ],
      edited: chosen,
    };
  }
  return {
    ...nothingEdited,
    verdict: 'fine-tuned',
    confidence: 'medium',
    evidence: [
      where,
      'The changes are of full rank: training, or an average with another checkpoint. An edit that moved its matrix no further than that would not stand out of it.',
      ...rows,
    ],
    edited: chosen,
  };
}

/** No training or adapter leaves so little of a model. */
function otherWeights(count: number, of: number): Fingerprint {
  return {
    ...nothingEdited,
    verdict: 'unknown',
    confidence: 'high',
    evidence: [
      `${count} of ${of} changed tensors hold other weights (‖ΔW‖/‖W‖ above ${verdictRules.maxExplained.value}): next to nothing is left of the base.`,
    ],
  };
}

/**
 * Single rows among trained matrices were still chosen one by one, where all other rows are the same, or where the rows
 * are tokens and lie far out.
 */
function isChosenByRow(change: Change): boolean {
  if (!isOfFewRows(change)) return false;
  return change.floor === 0 || (change.layer === null && confidenceOfRows(change) === 'high');
}
