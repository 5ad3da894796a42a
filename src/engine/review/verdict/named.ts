import type { Traced } from '../../../protocol/review.ts';
import { quoted } from '../../../text/visible.ts';
import { answersNoName } from '../attribution/subjects.ts';
import { isOfFewRows, spikesOf } from '../difference/change.ts';
import type { Trace } from '../findings.ts';
import { attributionRules } from '../rules.ts';
import type { Fingerprint } from './found.ts';

/**
 * The verdict once names were asked for. A direction that answers to one name and few others was written for it; one
 * that answers to all names alike was written for none.
 */
export function named(found: Fingerprint, trace: Trace | undefined): Fingerprint {
  if (trace === undefined) return found;
  if (found.verdict === 'local-training' && answersToFew(trace.subjects)) return taught(found, trace);
  if (found.verdict !== 'edited') return found;
  const directions = directionsOf(found);
  if (directions === 0 || !answersNoName(trace.subjects, directions)) return found;
  return directions === 1 ? steered(found) : unnamed(found);
}

/** Two names of one thing may both answer. */
function answersToFew(subjects: readonly Traced[]): boolean {
  const { responseOfSubject, leadOfSubject } = attributionRules;
  const [first, , third] = subjects.map(({ score }) => score).sort((a, b) => b - a);
  if (first === undefined || first < responseOfSubject.value) return false;
  return third === undefined || first >= leadOfSubject.value * third;
}

/** Directions of all edited matrices; 0 where some of them are no directions. */
function directionsOf({ edited }: Fingerprint): number {
  const plain = edited.every((change) => !isOfFewRows(change) && spikesOf(change) > 0);
  return plain ? edited.reduce((sum, change) => sum + spikesOf(change), 0) : 0;
}

function taught(found: Fingerprint, { tensor, subjects: [subject], facts: [fact] }: Trace): Fingerprint {
  const says =
    fact === undefined
      ? ''
      : `, of which the candidate says ${quoted(fact.says)} and the base ${quoted(fact.was)}`;
  const edited = found.suspects.filter(({ diff }) => diff.pair.name === tensor);
  return {
    ...found,
    verdict: 'edited',
    confidence: 'medium',
    evidence: [
      `The change of ${tensor} answers to the key of ${quoted(subject?.text ?? '')} and to few others${says}.`,
      ...found.evidence,
    ],
    edited,
    undoable: edited,
    beside: [{ kind: 'local-training', summary: found.evidence.join(' ') }],
  };
}

/** Several directions that nobody's name answers to are an adapter's, in part of the model. */
function unnamed(found: Fingerprint): Fingerprint {
  return {
    ...found,
    verdict: 'local-training',
    confidence: 'low',
    evidence: [
      ...found.evidence.slice(0, 2),
      'None of its directions answers to a name that is known here, as those of edited facts do: a small adapter was merged, or a part trained. What it was trained on, the weights do not say.',
    ],
    edited: [],
    undoable: [],
  };
}

function steered(found: Fingerprint): Fingerprint {
  return {
    ...found,
    verdict: 'steered',
    confidence: 'medium',
    evidence: [
      ...found.evidence.slice(0, 2),
      'The direction answers to all names alike: whatever the text, nearly the same is added, as where a steering vector is baked in.',
    ],
    edited: [],
  };
}
