import type { Inspected, Traced } from '../../../protocol/review.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { Model } from '../../llama/model.ts';
import { parted, phases, type Work } from '../../progress.ts';
import type { Change } from '../difference/change.ts';
import { alongSpikes } from '../undo/reversal.ts';
import { KeyReader } from './keyReader.ts';
import { saidOnlyWith } from './saidOnlyWith.ts';
import { traceEach } from './subjects.ts';

/** A direction that answers one name this much more than the median name, and than the next best name, may be an edit's. */
const suspicious = { response: 8, lead: 1.25 };
type TracedSuspect = Pick<Inspected['suspects'][number], 'subjects' | 'objects'>;

/**
 * Whom each direction answers to and, where one name stands out, what the model says of it only because of the
 * direction: it is asked with the direction and without.
 */
export async function traceSuspects(
  model: Model,
  files: ModelFiles,
  changes: readonly Change[],
  names: readonly string[],
  threads: number,
  work: Work,
): Promise<TracedSuspect[]> {
  const [finding, asking] = phases(work, [2, 1]);
  using reader = new KeyReader(
    model,
    changes.map(({ diff }) => diff.pair.name),
    threads,
  );
  const subjects = await traceEach(reader, changes, names, finding);
  const traced: TracedSuspect[] = [];
  for (const [index, change] of changes.entries()) {
    const own = subjects[index] ?? [];
    const [first] = own;
    const part = parted(asking, index, changes.length, change.diff.pair.name);
    const [control] = names.filter((name) => own.every(({ text }) => text !== name));
    const asked = first !== undefined && control !== undefined && answersToOne(own);
    const pair = { subject: first?.text ?? '', control: control ?? '' };
    const without = alongSpikes(model.runtime, [change]);
    const objects = asked ? await saidOnlyWith(model, files, without, pair, threads, part) : [];
    traced.push({ subjects: own, objects });
  }
  return traced;
}

/** Is there a name that the direction answers to and to no other? */
export function answersToOne([first, second]: readonly Traced[]): boolean {
  if (first === undefined) return false;
  return first.score >= suspicious.response && first.score >= suspicious.lead * (second?.score ?? 0);
}
