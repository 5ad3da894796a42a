import type { Confidence, Inventory } from '../../protocol/review.ts';
import { type Change, edgesOf, isOfFewRows, spikesOf } from './difference/change.ts';
import type { Fingerprint } from './fingerprint.ts';
import { verdictRules } from './rules.ts';
import { rowSentence, rowsAreOutOfLine, spikeSentence } from './sentences.ts';

/** Few tensors changed: single directions or rows are an edit's. */
export function localised(
  real: readonly Change[],
  changes: readonly Change[],
  inventory: Inventory,
): Fingerprint {
  const names = real.map(({ diff }) => diff.pair.name).join(', ');
  const others = inventory.tensors - real.length;
  const untouched =
    changes.length === real.length
      ? `The other ${others} tensors are byte for byte the same.`
      : `The other ${others} tensors differ by no more than rounding.`;
  const only = `Only ${names} changed beyond rounding. ${untouched}`;
  const inRows = real.filter(isOfFewRows);
  const inDirections = real.filter((change) => spikesOf(change) > 0 && !isOfFewRows(change));
  if (inRows.length + inDirections.length === 0) return dense(real, only);
  inDirections.sort((a, b) => edgesOf(b) - edgesOf(a));
  return {
    verdict: 'edited',
    confidence: lowest([...inDirections.map(confidenceOfDirections), ...inRows.map(confidenceOfRows)]),
    evidence: [
      only,
      ...inDirections.slice(0, 1).map(spikeSentence),
      ...(inDirections.length > 0 && inRows.length === 0 ? [family(inDirections)] : []),
      ...inRows.map(rowSentence),
    ],
    edited: [...inDirections, ...inRows],
  };
}

/** By how far the weakest direction of the strongest kind stands out of the noise. */
export function confidenceOfDirections(change: Change): Confidence {
  return graded(edgesOf(change), verdictRules.highEdges.value, verdictRules.mediumEdges.value);
}

/** By how far the weakest row lies beyond its bound. */
export function confidenceOfRows({ rows: { worst } }: Change): Confidence {
  const weakest = Math.min(...worst.map(({ excess }) => excess));
  return graded(weakest, verdictRules.highRows.value, verdictRules.mediumRows.value);
}

function graded(value: number, high: number, medium: number): Confidence {
  return value > high ? 'high' : value > medium ? 'medium' : 'low';
}

function lowest(all: readonly Confidence[]): Confidence {
  return (['low', 'medium'] as const).find((one) => all.includes(one)) ?? 'high';
}

function dense(real: readonly Change[], only: string): Fingerprint {
  const weights = real.filter(({ spectrum }) => spectrum !== undefined);
  const layers = new Set(weights.map(({ layer }) => layer));
  const [layer] = layers;
  const oneLayer = layers.size === 1 && layer !== null;
  if (oneLayer && weights.length <= verdictRules.denseMatrices.value) {
    return {
      verdict: 'edited',
      confidence: 'medium',
      evidence: [
        only,
        'The change is dense, of full rank and confined to one layer, as constrained fine-tuning of one layer (FT-L) makes it.',
      ],
      edited: [],
    };
  }
  return {
    verdict: 'unknown',
    confidence: 'low',
    evidence: [
      only,
      ...real.filter(rowsAreOutOfLine).map(rowSentence),
      'The change is dense and in few tensors, which is no pattern that is known here.',
    ],
    edited: [],
  };
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
