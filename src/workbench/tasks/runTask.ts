import path from 'node:path';
import { readEditsFile } from '../../engine/editing/editsFile/editsFile.ts';
import { journalIn, writeEvaluation } from '../../engine/evaluation/writeEvaluation.ts';
import { makeFolder } from '../../engine/files/makeFolder.ts';
import { scratchFolder } from '../../engine/files/scratchFolder.ts';
import type { Work } from '../../engine/work/progress.ts';
import type { RequestOf, TaskRequest, TaskResult } from '../../protocol/tasks.ts';
import { factOf } from '../edits/editEntry.ts';
import { wishesFor } from '../edits/wishes.ts';
import type { EngineService } from '../engine/engineService.ts';
import { compareSides } from './compareSides.ts';

/** Edits of an import that are shown before it. */
const shownFacts = 100;

type Engine = Pick<EngineService, 'quietly'>;

/** Does what was asked for, with the files as they are now. */
export async function runTask(engine: Engine, request: TaskRequest, work: Work): Promise<TaskResult> {
  switch (request.kind) {
    case 'evaluate':
      return { kind: 'evaluate', value: await evaluate(engine, request, work) };
    case 'sweep':
      return { kind: 'sweep', value: await sweep(engine, request, work) };
    case 'compare':
      return { kind: 'compare', value: await compareSides(engine, request, work) };
    case 'safety': {
      const { kind, dataset, ...params } = request;
      const edits = await readEditsFile(dataset);
      return { kind, value: await engine.quietly((client) => client.safety({ ...params, edits }, work)) };
    }
    case 'redteam': {
      const { model, use, method } = request;
      const value = await engine.quietly((client) => client.redteam({ model, use, method }, work));
      return { kind: 'redteam', value };
    }
    case 'resist': {
      const { model, dataset, method } = request;
      const edits = dataset === undefined ? undefined : await readEditsFile(dataset);
      const value = await engine.quietly((client) => client.resist({ model, edits, method }, work));
      return { kind: 'resist', value };
    }
    case 'learnReversal': {
      const { model, dataset } = request;
      const edits = await readEditsFile(dataset);
      const value = await engine.quietly((client) => client.learnDefence({ model, edits }, work));
      return { kind: 'learnReversal', value };
    }
    case 'bake': {
      const { model, patches, out, dataset } = request;
      const edits = dataset === undefined ? undefined : await readEditsFile(dataset);
      const value = await engine.quietly((client) => client.bake({ model, patches, out, edits }, work));
      return { kind: 'bake', value };
    }
    case 'verify': {
      const { kind, ...params } = request;
      return { kind, value: await engine.quietly((client) => client.verify(params, work)) };
    }
    case 'importRecords':
      return { kind: 'importRecords', value: await preview(engine, request, work) };
  }
}

/** What is measured is kept as it comes, in the folder: the same request goes on where it was interrupted. */
async function evaluate(engine: Engine, request: RequestOf<'evaluate'>, work: Work) {
  const { kind: _, dataset, folder, ...params } = request;
  const edits = await readEditsFile(dataset);
  await makeFolder(folder);
  const evaluated = await engine.quietly((client) =>
    client.evaluate({ ...params, edits, journal: journalIn(folder) }, work),
  );
  await writeEvaluation(folder, evaluated);
  return evaluated;
}

/** The patch that comes with a sweep is not kept. */
async function sweep(engine: Engine, { model, dataset, edit }: RequestOf<'sweep'>, work: Work) {
  const edits = await readEditsFile(dataset);
  const own = edits.edits.find(({ id }) => id === edit);
  const wishes = own === undefined ? {} : wishesFor(own, edits);
  await using scratch = await scratchFolder();
  const out = path.join(scratch.path, 'sweep.patch.gguf');
  const found = await engine.quietly((client) =>
    client.edit({ model, edits, only: [edit], sweep: true, out, ...wishes }, work),
  );
  if (found.sweep === null) throw new Error('no layer was tried');
  return { layers: found.sweep, edit };
}

/** Reads the records as an import would, and writes nothing. */
async function preview(
  engine: Engine,
  { path: file, format, model }: RequestOf<'importRecords'>,
  work: Work,
) {
  const {
    edits,
    written: _,
    ...found
  } = await engine.quietly((client) => client.importRecords({ path: file, format, model }, work));
  const facts = (edits?.edits ?? []).slice(0, shownFacts).map((edit) => ({
    id: edit.id,
    fact: factOf(edit),
    probes: Object.values(edit.probes ?? {}).reduce((sum, probes) => sum + (probes?.length ?? 0), 0),
  }));
  return { ...found, facts };
}
