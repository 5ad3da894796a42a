import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Inspected, Traced } from '../../../protocol/review.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { Adapter } from '../../llama/adapter.ts';
import type { Model } from '../../llama/model.ts';
import { parted, phases, type Work } from '../../progress.ts';
import type { Change } from '../difference/change.ts';
import { architectureOf } from '../difference/inventory.ts';
import { alongSpikes, writeReversal } from '../undo/reversal.ts';
import { KeyReader } from './keyReader.ts';
import { traceObjects } from './objects.ts';
import { traceEach } from './subjects.ts';

/** A direction that answers one name this much more than the median name, and than the next best name, may be an edit's. */
const suspicious = { response: 8, lead: 1.25 };
/** Without an edit's direction the model says the same of other names: their answers change less than this share. */
const mostElsewhere = 0.5;

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
    const objects = asked ? await objectsOf(model, files, change, pair, threads, part) : [];
    traced.push({ subjects: own, objects });
  }
  return traced;
}

/** Is there a name that the direction answers to and to no other? */
export function answersToOne([first, second]: readonly Traced[]): boolean {
  if (first === undefined) return false;
  return first.score >= suspicious.response && first.score >= suspicious.lead * (second?.score ?? 0);
}

/**
 * What the model says of a subject, and says no longer without the direction. Nothing where another name's answers
 * change too: then the direction is one that the model needs, and no edit's.
 */
async function objectsOf(
  model: Model,
  files: ModelFiles,
  change: Change,
  { subject, control }: { readonly subject: string; readonly control: string },
  threads: number,
  work: Work,
): Promise<Traced[]> {
  using as = new ProbeContext(model, { threads });
  using without = new ProbeContext(model, { threads });
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-inspect-'));
  try {
    const file = path.join(folder, 'without.patch.gguf');
    const about = {
      digest: '',
      name: files.header.name,
      architecture: architectureOf(files.header),
      files: files.paths,
    };
    await writeReversal(model.runtime, file, about, alongSpikes(model.runtime, [change]));
    using adapter = Adapter.load(model, file);
    without.setAdapters([{ adapter, strength: 1 }]);
    const [first, second] = phases(work, [1, 1]);
    const objects = await traceObjects(without, as, subject, first);
    const [elsewhere] = await traceObjects(without, as, control, second);
    without.setAdapters([]);
    if ((elsewhere?.score ?? 0) > mostElsewhere * (objects[0]?.score ?? 0)) return [];
    return objects.map(({ text, score }) => ({ text, score }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
