import type { Confidence, Inventory } from '../../../protocol/review.ts';
import { counted, magnitude } from '../../../text/numbers.ts';
import { type Change, edgesOf, isOfFewRows, spikesOf } from '../difference/change.ts';
import { verdictRules } from '../rules.ts';
import { type Fingerprint, nothingEdited } from './found.ts';
import { isInLine, isWriter, outOfLine } from './outOfLine.ts';
import { rowSentence, rowsAreOutOfLine, spikeSentence } from './sentences.ts';

/**
 * Few tensors changed. Single directions or rows of what writes to the residual stream are an edit's; where matrices
 * changed that no edit rewrites, a part of the model was trained, unless one of them stands out of the others.
 */
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
  inDirections.sort((a, b) => edgesOf(b) - edgesOf(a));
  const trained = inRows.length === 0 && !isConfined(real) && !real.every(mayBeRewritten);
  const rewritten = trained ? outOfLine(real) : inDirections;
  if (inRows.length + rewritten.length === 0)
    return inDirections.length === 0 ? dense(real, changes, only) : trainedLocally(real, only);
  const edited = [...rewritten, ...inRows];
  return {
    ...nothingEdited,
    verdict: 'edited',
    confidence: lowest([...rewritten.map(confidenceOfDirections), ...inRows.map(confidenceOfRows)]),
    evidence: [
      only,
      ...rewritten.slice(0, 1).map(spikeSentence),
      ...(rewritten.length > 0 && inRows.length === 0 ? [family(rewritten)] : []),
      ...inRows.map(rowSentence),
    ],
    edited,
    suspects: edited,
    undoable: edited,
  };
}

/** Is the change in so few matrices of one layer that whatever they are, they may have been edited? */
function isConfined(real: readonly Change[]): boolean {
  const weights = real.filter(({ spectrum }) => spectrum !== undefined);
  const [layer, ...others] = new Set(weights.map((change) => change.layer));
  return (
    typeof layer === 'number' && others.length === 0 && weights.length <= verdictRules.denseMatrices.value
  );
}

/** Edits write what the residual stream, or a token, is made of; never a norm or what attention looks for. */
const mayBeRewritten = (change: Change): boolean => isWriter(change) || change.layer === null;

function trainedLocally(real: readonly Change[], only: string): Fingerprint {
  const roles = [...new Set(real.map(({ role }) => role))].join(', ');
  const layers = new Set(real.map(({ layer }) => layer)).size;
  const suspects = real.filter((change) => spikesOf(change) > 0).sort((a, b) => edgesOf(b) - edgesOf(a));
  return {
    ...nothingEdited,
    verdict: 'local-training',
    confidence: suspects.length === 0 ? 'low' : 'medium',
    evidence: [
      only,
      ...suspects.slice(0, 1).map(spikeSentence),
      `Changes of ${roles} in ${counted(layers, 'layer')} are what training a part of a model makes, or a small adapter. What it was trained on, the weights do not say.`,
    ],
    suspects,
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

function dense(real: readonly Change[], changes: readonly Change[], only: string): Fingerprint {
  if (real.every((change) => isInLine(change, changes))) return trainedWithinRounding(real, only);
  if (isConfined(real)) {
    return {
      ...nothingEdited,
      verdict: 'edited',
      confidence: 'medium',
      evidence: [
        only,
        'The change is dense, of full rank and confined to one layer, as constrained fine-tuning of one layer (FT-L) makes it.',
      ],
    };
  }
  if (!real.every(mayBeRewritten)) return trainedLocally(real, only);
  return {
    ...nothingEdited,
    verdict: 'unknown',
    confidence: 'low',
    evidence: [
      only,
      ...real.filter(rowsAreOutOfLine).map(rowSentence),
      'The change is dense and in few tensors, which is no pattern that is known here.',
    ],
  };
}

/** Training that moved all matrices about as far as rounding did, a few of them a little further. */
function trainedWithinRounding(real: readonly Change[], only: string): Fingerprint {
  const largest = Math.max(...real.map(({ relative }) => relative));
  return {
    ...nothingEdited,
    verdict: 'fine-tuned',
    confidence: 'low',
    evidence: [
      only,
      `The same matrices of other layers moved nearly as far (‖ΔW‖/‖W‖ up to ${magnitude(largest)} here, within ${verdictRules.tensorSlack.value} times theirs): training, or an average with another checkpoint, that rounding nearly hides.`,
    ],
  };
}

/** Which methods leave such a trace. */
function family(edited: readonly Change[]): string {
  const down = edited.every(({ role }) => /ffn_down|attn_output/.test(role));
  const layers = [...new Set(edited.map(({ layer }) => layer ?? -1))].sort((a, b) => a - b);
  if (down && layers.length === 1) return 'One projection in one layer is what ROME and its relatives write.';
  const adjacent = layers.every((layer, index) => index === 0 || layer === (layers[index - 1] as number) + 1);
  if (down && adjacent) return 'Projections of adjacent layers are what MEMIT and AlphaEdit write.';
  return 'Several matrices of few layers, each of low rank, are what hypernetworks (MEND) and small adapters write.';
}
