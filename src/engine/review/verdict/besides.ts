import type { FindingKind } from '../../../protocol/review.ts';
import type { Change } from '../difference/change.ts';
import type { Fingerprint } from './found.ts';
import { spikeSentence } from './sentences.ts';

/**
 * An edit beside something else that was done to the model, which becomes a finding of its own.
 *
 * @param edited the matrices that changed otherwise than all others, the plainest first
 * @param evidence what was done to the others
 */
export function editedBesides(
  edited: readonly Change[],
  kind: FindingKind,
  evidence: readonly string[],
): Fingerprint {
  const names = edited.map(({ diff }) => diff.pair.name).join(', ');
  const directions = edited.length === 1 ? 'along directions of its own' : 'along directions of their own';
  return {
    verdict: 'edited',
    confidence: 'medium',
    evidence: [
      `${names} changed ${directions}, unlike the matrices around.`,
      ...edited.slice(0, 1).map(spikeSentence),
      ...evidence,
    ],
    edited,
    suspects: edited,
    undoable: edited,
    beside: [{ kind, summary: evidence.join(' ') }],
  };
}
