import type { Traced } from '../../../protocol/review.ts';
import { parted, type Work } from '../../work/progress.ts';
import type { Change } from '../difference/change.ts';
import { inspectionRules } from '../rules.ts';
import { alongSpikes } from '../undoPatch/writeUndoPatch.ts';
import { type Asked, saidOnlyWith } from './saidOnlyWith.ts';

/** A matrix that is looked at closely. */
interface Suspect {
  readonly change: Change;
  /** Whom its leading direction answers to. */
  readonly subjects: readonly Traced[];
}

/**
 * Where one name stands out that a direction answers to, what the model says of it only because of the direction.
 *
 * @returns for each suspect; nothing where no name stands out
 */
export async function saidOnlyWithDirections(
  asked: Asked,
  suspects: readonly Suspect[],
  work: Work,
): Promise<Traced[][]> {
  const all: Traced[][] = [];
  for (const [index, { change, subjects }] of suspects.entries()) {
    const part = parted(work, index, suspects.length, change.diff.pair.name);
    const [first] = subjects;
    const control = asked.names.find((name) => subjects.every(({ text }) => text !== name));
    if (first === undefined || control === undefined || !answersToOne(subjects)) {
      all.push([]);
      continue;
    }
    const removal = alongSpikes(asked.model.runtime, [change]);
    all.push(await saidOnlyWith(asked, removal, { subject: first.text, control }, part));
  }
  return all;
}

/** Is there a name that the direction answers to and to no other? */
export function answersToOne([first, second]: readonly Traced[]): boolean {
  if (first === undefined) return false;
  const { response, lead } = inspectionRules;
  return first.score >= response.value && first.score >= lead.value * (second?.score ?? 0);
}
