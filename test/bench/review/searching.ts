import type { Cell, Column } from '../../../scripts/docs/result.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { shareOf } from '../../../src/engine/measures/cases.ts';
import { KeyReader } from '../../../src/engine/review/attribution/keyReader.ts';
import { attributeToSubjects, type Candidates } from '../../../src/engine/review/attribution/subjects.ts';
import { compareModels } from '../../../src/engine/review/difference/compare.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import type { Traced } from '../../../src/protocol/review.ts';
import type { Checkpoints } from './checkpoint.ts';
import { share } from './rates.ts';
import type { EditPatch } from './subjects.ts';
import { plain } from './tracing.ts';

interface Searched {
  readonly subject: string;
  readonly found: readonly Traced[];
}

/** Looks for each edit's subject in the given places alone. */
export async function searchEach(
  checkpoints: Checkpoints,
  patches: readonly EditPatch[],
  candidates: Candidates,
  types: readonly string[],
  threads: number,
  progress: (done: number) => void,
): Promise<Searched[]> {
  const runtime = await loadRuntime();
  using lane = new Lane(runtime);
  const all: Searched[] = [];
  for (const [index, { edit, file }] of patches.entries()) {
    const type = types[index % types.length] ?? 'f16';
    const base = await readModelFiles(await checkpoints.base(type));
    const candidate = await readModelFiles(await checkpoints.write({ type, patches: [file] }));
    const { changes } = await compareModels(runtime, base, candidate, [lane]);
    const change = changes.find(({ spectrum }) => (spectrum?.spikes ?? 0) > 0);
    if (change === undefined) {
      all.push({ subject: edit.subject, found: [] });
      continue;
    }
    using model = await Model.load(base.paths[0] ?? '');
    using context = new ProbeContext(model, { threads });
    using reader = new KeyReader(model, [change.diff.pair.name], threads);
    all.push({
      subject: edit.subject,
      found: await attributeToSubjects(reader, context, change, candidates),
    });
    progress(all.length);
  }
  return all;
}

export const searchColumns: readonly Column[] = [
  share('subject', 'subject first'),
  share('subject5', 'in the first five'),
  share('ends', 'first, counting its last words'),
  share('letters', 'first, counting the letters that it ends with'),
];

/** The subject itself, its last words, or the letters that it ends with, among the first. */
export function searchCells(all: readonly Searched[]): Record<string, Cell | null> {
  const within = (count: number, match: (text: string, subject: string) => boolean) =>
    shareOf(
      all.map(({ subject, found }) =>
        Number(
          found.slice(0, count).some(({ text }) => plain(text) !== '' && match(plain(text), plain(subject))),
        ),
      ),
    );
  const itself = (text: string, subject: string) => text === subject;
  return {
    subject: within(1, itself),
    subject5: within(5, itself),
    ends: within(1, (text, subject) => ` ${subject}`.endsWith(` ${text}`)),
    letters: within(1, (text, subject) => subject.endsWith(text)),
  };
}
