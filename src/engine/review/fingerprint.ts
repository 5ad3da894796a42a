import type { Confidence, Inventory, Verdict } from '../../protocol/review.ts';
import { beyondRounding, type Change, spikesOf } from './difference/change.ts';

/** What kind of change was made, and the sentences that say why it is taken for that. */
export interface Fingerprint {
  readonly verdict: Verdict;
  readonly confidence: Confidence;
  readonly evidence: readonly string[];
  /** The tensors that were edited, the plainest first; empty unless the verdict is "edited". */
  readonly edited: readonly Change[];
}

/** Edits touch few matrices: locate-then-edit methods one to six, hypernetworks three layers' MLPs. */
const mostEdited = 12;

/**
 * Names the kind of change by where it is, how large against rounding, and of what rank.
 *
 * @param depth the model's layers
 */
export function fingerprint(changes: readonly Change[], inventory: Inventory, depth: number): Fingerprint {
  const shape = shapeChanges(inventory);
  if (changes.length === 0) {
    if (shape !== undefined)
      return { verdict: 'unknown', confidence: 'medium', evidence: [shape], edited: [] };
    return sameWeights(inventory);
  }
  const real = changes.filter((change) => spikesOf(change) > 0 || beyondRounding(change));
  const found = real.length === 0 ? rounded(changes) : judge(real, changes, inventory, depth);
  return shape === undefined ? found : { ...found, confidence: 'low', evidence: [...found.evidence, shape] };
}

function sameWeights({ tensors }: Inventory): Fingerprint {
  const same = `All ${tensors} tensors are byte for byte the same.`;
  return { verdict: 'identical', confidence: 'high', evidence: [same], edited: [] };
}

function shapeChanges({ added, removed, reshaped }: Inventory): string | undefined {
  const parts = [
    added.length > 0 ? `${added.length} tensors were added` : '',
    removed.length > 0 ? `${removed.length} were removed` : '',
    reshaped.length > 0 ? `${reshaped.length} have another shape` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : `The models do not hold the same tensors: ${parts.join(', ')}.`;
}

function rounded(changes: readonly Change[]): Fingerprint {
  const largest = Math.max(...changes.map(({ relative }) => relative));
  return {
    verdict: 'requantised',
    confidence: 'high',
    evidence: [
      `${changes.length} tensors differ by no more than rounding to their types explains (largest ‖ΔW‖/‖W‖ ${largest.toPrecision(2)}).`,
      'No direction of any change stands out of the noise, as an edit or a merged adapter would.',
    ],
    edited: [],
  };
}

function judge(
  real: readonly Change[],
  changes: readonly Change[],
  inventory: Inventory,
  depth: number,
): Fingerprint {
  const layers = new Set(real.map(({ layer }) => layer));
  const local = real.length <= mostEdited && layers.size <= Math.max(1, depth / 2);
  if (local) return localised(real, changes, inventory);
  return widespread(real, changes);
}

function localised(real: readonly Change[], changes: readonly Change[], inventory: Inventory): Fingerprint {
  const spiked = real.filter((change) => spikesOf(change) > 0);
  const names = real.map(({ diff }) => diff.pair.name).join(', ');
  const others = inventory.tensors - real.length;
  const untouched =
    changes.length === real.length
      ? `The other ${others} tensors are byte for byte the same.`
      : `The other ${others} tensors differ by no more than rounding.`;
  if (spiked.length === 0) return dense(real, names, untouched);
  const edited = [...spiked].sort((a, b) => ratio(b) - ratio(a));
  const [plainest] = edited;
  const lowest = Math.min(...edited.map(ratio));
  return {
    verdict: 'edited',
    confidence: lowest > 6 ? 'high' : lowest > 4 ? 'medium' : 'low',
    evidence: [
      `Only ${names} changed beyond rounding. ${untouched}`,
      plainest === undefined ? '' : spikeSentence(plainest),
      family(edited),
    ].filter((sentence) => sentence !== ''),
    edited,
  };
}

function dense(real: readonly Change[], names: string, untouched: string): Fingerprint {
  const weights = real.filter(({ spectrum }) => spectrum !== undefined);
  const layers = new Set(weights.map(({ layer }) => layer));
  const evidence = [`Only ${names} changed beyond rounding. ${untouched}`];
  if (weights.length > 0 && layers.size === 1 && weights.length <= 3) {
    return {
      verdict: 'edited',
      confidence: 'medium',
      evidence: [
        ...evidence,
        'The change is dense, of full rank and confined to one layer, as constrained fine-tuning of one layer (FT-L) makes it.',
      ],
      edited: [],
    };
  }
  return {
    verdict: 'unknown',
    confidence: 'low',
    evidence: [
      ...evidence,
      'The change is dense and in few tensors, which is no pattern that is known here.',
    ],
    edited: [],
  };
}

function spikeSentence(change: Change): string {
  const { spectrum, diff } = change;
  if (spectrum === undefined) return '';
  const share = `${(100 * spectrum.energy).toFixed(0)} % of the squared change`;
  const many = spectrum.spikes === 1 ? 'one direction' : `${spectrum.spikes} directions`;
  const above = ratio(change);
  const edge =
    above < 1e6 ? `${above.toPrecision(2)} times the edge of the noise` : 'with no noise around it';
  return `The change of ${diff.pair.name} is ${many} (${share}), ${edge}: a rewrite of low rank.`;
}

/** Which methods leave such a trace. */
function family(edited: readonly Change[]): string {
  const down = edited.every(({ role }) => /ffn_down|attn_output/.test(role));
  const layers = [...new Set(edited.map(({ layer }) => layer ?? -1))].sort((a, b) => a - b);
  if (down && layers.length === 1) return 'One projection in one layer is what ROME and its relatives write.';
  const adjacent = layers.every((layer, index) => index === 0 || layer === (layers[index - 1] ?? 0) + 1);
  if (down && adjacent) return 'Projections of adjacent layers are what MEMIT and AlphaEdit write.';
  return 'Several matrices of few layers, each of low rank, are what hypernetworks (MEND) and small adapters write.';
}

function widespread(real: readonly Change[], changes: readonly Change[]): Fingerprint {
  const seen = real.flatMap((change) =>
    change.spectrum === undefined ? [] : [{ change, spectrum: change.spectrum }],
  );
  // where some were looked at along many directions, they say more than the rest
  const wide = seen.filter(({ spectrum }) => spectrum.from === 'wide');
  const spectra = wide.length > 0 ? wide : seen;
  const lowRank = spectra.filter(({ change, spectrum }) => {
    const rest = Math.sqrt(Math.max(0, 1 - spectrum.energy)) * change.relative;
    return spectrum.spikes > 0 && rest <= Math.max(1.5 * change.floor, 0.1 * change.relative);
  });
  const where = `${real.length} of ${changes.length} changed tensors changed beyond rounding, over most of the depth.`;
  if (spectra.length > 0 && lowRank.length >= 0.8 * spectra.length) {
    const ranks = lowRank.map(({ spectrum }) => spectrum.spikes).sort((a, b) => a - b);
    const middle = ranks[Math.floor(ranks.length / 2)] ?? 0;
    return {
      verdict: 'adapter-merged',
      confidence: lowRank.length === spectra.length ? 'high' : 'medium',
      evidence: [
        where,
        `Each change is of low rank (median ${middle}): an adapter was merged into the weights.`,
      ],
      edited: [],
    };
  }
  return {
    verdict: 'fine-tuned',
    confidence: 'medium',
    evidence: [
      where,
      'The changes are of full rank: training, or an average with another checkpoint. An edit made before it cannot be told apart.',
    ],
    edited: [],
  };
}

function ratio({ spectrum }: Change): number {
  const [first = 0] = spectrum?.values ?? [];
  return spectrum === undefined || spectrum.edge === 0 ? Number.MAX_VALUE : first / spectrum.edge;
}
