import type { Inventory } from '../../../protocol/review.ts';
import { magnitude, plural } from '../../../text/numbers.ts';
import { beyondRounding, type Change, spikesOf } from '../difference/change.ts';
import { verdictRules } from '../rules.ts';
import { ablated } from './ablated.ts';
import { type Fingerprint, nothingEdited } from './found.ts';
import { localised } from './localised.ts';
import { pruned } from './pruned.ts';
import { specialTokens } from './specialTokens.ts';
import { widespread } from './widespread.ts';

/**
 * Names the kind of change by where it is, how large against rounding, and of what rank.
 *
 * @param depth the model's layers
 */
export function fingerprint(changes: readonly Change[], inventory: Inventory, depth: number): Fingerprint {
  const shape = shapeChanges(inventory);
  if (changes.length === 0) {
    if (shape !== undefined)
      return { verdict: 'unknown', confidence: 'medium', evidence: [shape], ...nothingEdited };
    return sameWeights(inventory);
  }
  const real = changes.filter((change) => spikesOf(change) > 0 || beyondRounding(change));
  const found = real.length === 0 ? rounded(changes) : judge(real, changes, inventory, depth);
  return shape === undefined ? found : { ...found, confidence: 'low', evidence: [...found.evidence, shape] };
}

function sameWeights({ tensors }: Inventory): Fingerprint {
  const same = `All ${tensors} tensors are byte for byte the same.`;
  return { verdict: 'identical', confidence: 'high', evidence: [same], ...nothingEdited };
}

function shapeChanges({ added, removed, reshaped }: Inventory): string | undefined {
  const parts = [
    added.length > 0 ? `${added.length} added` : '',
    removed.length > 0 ? `${removed.length} removed` : '',
    reshaped.length > 0 ? `${reshaped.length} of another shape` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : `The models do not hold the same tensors: ${parts.join(', ')}.`;
}

function rounded(changes: readonly Change[]): Fingerprint {
  const largest = Math.max(...changes.map(({ relative }) => relative));
  return {
    verdict: 'requantised',
    confidence: 'high',
    evidence: [
      `${plural(changes.length, 'tensor')} ${changes.length === 1 ? 'differs' : 'differ'} by no more than rounding explains (largest ‖ΔW‖/‖W‖ ${magnitude(largest)}).`,
      'No row or block of any moved further than that, and no direction stands out of the noise, as of an edit or a merged adapter.',
    ],
    ...nothingEdited,
  };
}

/** What was taken away shows by itself. Else few tensors of few layers are an edit's, more are training's or an adapter's. */
function judge(
  real: readonly Change[],
  changes: readonly Change[],
  inventory: Inventory,
  depth: number,
): Fingerprint {
  const taken = pruned(real) ?? ablated(real) ?? specialTokens(real, changes);
  if (taken !== undefined) return taken;
  const layers = new Set(real.map(({ layer }) => layer));
  const most = Math.max(1, verdictRules.editedDepth.value * depth);
  const local = real.length <= verdictRules.maxEdited.value && layers.size <= most;
  return local ? localised(real, changes, inventory) : widespread(real, changes);
}
