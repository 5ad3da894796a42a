import path from 'node:path';
import type { EditSequence } from '../../protocol/editing.ts';
import { hyperparametersOf } from '../../protocol/hyperparameterEntries.ts';
import { ofMethod } from '../../protocol/hyperparameters.ts';
import { isBatchName, spreadsOverLayers, takesMany } from '../../protocol/methodKinds.ts';
import { InputError } from '../errors.ts';
import { scratchFolder } from '../files/scratchFolder.ts';
import { Adapter } from '../llama/adapter.ts';
import { toolVersion } from '../version.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import { throwIfAborted } from '../work/turn.ts';
import { CollapseWatch, symptom } from './collapse.ts';
import { type DoneEdit, describe, inputsOf, textDigest, usedBy } from './describeEdit.ts';
import { EditRun } from './editRun.ts';
import { inCommon } from './hyperparameters/inCommon.ts';
import { keySimilarity } from './keySimilarity.ts';
import type { ComputedEdit } from './methods/computedEdit.ts';
import { type LayerUpdate, weightOf } from './patches/update.ts';
import { type PatchContents, writePatch } from './patches/writePatch.ts';
import type { PatchOptions, PlannedEdit } from './planEdits.ts';
import { announceMemory, editNeed } from './session/editMemory.ts';
import type { EditSession } from './session/session.ts';
import { contextTemplates } from './value/templates.ts';

export interface ComputedPatch {
  readonly contents: PatchContents;
  readonly edits: readonly DoneEdit[];
  /** null where all was computed in one go. */
  readonly sequence: EditSequence | null;
}

/**
 * Computes edits, one after the other or many at once as their methods do, each batch on top of those before it, and
 * gathers them for one patch. A sequence ends before the batch that makes the model collapse. The session is left as
 * it was.
 *
 * @throws InputError when the model cannot be edited at all, naming why
 */
export async function computePatch(
  session: EditSession,
  planned: readonly PlannedEdit[],
  options: PatchOptions,
  work: Work = {},
): Promise<ComputedPatch> {
  refuseUnsupported(session);
  const { signal } = work;
  const written = Math.max(...planned.map(layersWritten));
  announceMemory(session.model.path, editNeed(session.files.header, written), session.memory, work);
  const [hashing, editing] = phases(work, [1, 20]);
  let done: DoneEdit[] = [];
  const base = {
    digest: await session.digest(hashing),
    name: path.basename(session.model.path),
    architecture: session.architecture,
  };
  const contents = (): PatchContents => {
    const { common, own } = inCommon(done.map(usedBy));
    return {
      base,
      tool: toolVersion,
      hyperparameters: {
        ...common,
        protected: options.protect === true,
        ...(options.batch !== undefined && { batch: options.batch }),
        ...(options.text !== undefined && { textDigest: textDigest(options.text) }),
      },
      edits: done.map((edit, i) => ({
        ...describe(edit, own[i] ?? {}),
        ...inputsOf(edit, options.protect === true),
      })),
      measures: null,
      // edits that were trained together share their updates
      updates: [...new Set(done.flatMap(({ computed }) => computed.updates))],
    };
  };
  await using scratch = await scratchFolder();
  // read whole when it is loaded, so that the next may take its place
  const file = path.join(scratch.path, 'built.gguf');
  const buildOn = async (more: readonly LayerUpdate[] = []) => {
    const all = contents();
    await writePatch(session.model.runtime, file, { ...all, updates: [...all.updates, ...more] }, []);
    session.build([Adapter.load(session.model, file)]);
  };
  const batches = inBatches(planned, options.batch);
  const run = new EditRun(session, { ...options, buildOn });
  try {
    using watch = batches.length > 1 ? await CollapseWatch.of(session, { signal }) : undefined;
    const course: EditSequence['batches'][number][] = [];
    let stopped: EditSequence['stopped'] = null;
    for (const [index, batch] of batches.entries()) {
      throwIfAborted(signal);
      const started = performance.now();
      const own = parted(editing, index, batches.length, nameOf(batch));
      const [computing, comparing, checking] = phases(own, [30, 1, watch === undefined ? 0 : 1]);
      const before = done;
      const templates = await templatesFor(session, batch, signal);
      const computed = await run.compute(batch, templates, computing);
      done = [...before, ...(await compared(session, batch, { computed, templates }, comparing))];
      if (watch === undefined) break;
      await buildOn();
      const health = await watch.check(checking);
      course.push({ ...health, edits: batch.length, seconds: (performance.now() - started) / 1000 });
      const reason = symptom(health);
      if (reason === null) continue;
      done = before;
      if (done.length === 0)
        throw new InputError(`${reason}; no edit can be kept. Take another layer or method.`);
      stopped = { reason, without: planned.slice(done.length).map(({ edit }) => edit.id) };
      break;
    }
    const sequence = watch === undefined ? null : { batches: course, stopped };
    return { contents: contents(), edits: done, sequence };
  } finally {
    session.build([]);
  }
}

/** Layers with a covariance of their own that an edit writes to. */
function layersWritten({ method, hyperparameters }: PlannedEdit): number {
  return isBatchName(method) && spreadsOverLayers(method) ? hyperparameters.spread : 1;
}

/** Edits that follow one another and are computed together. */
function inBatches(planned: readonly PlannedEdit[], most = Number.POSITIVE_INFINITY): PlannedEdit[][] {
  const batches: PlannedEdit[][] = [];
  for (const plan of planned) {
    const last = batches.at(-1);
    const [first] = last ?? [];
    const together = takesMany(plan.method) && first !== undefined && isAlike(first, plan);
    if (last !== undefined && together && last.length < most) last.push(plan);
    else batches.push([plan]);
  }
  return batches;
}

/** Whether edits are computed in the same way. */
function isAlike(a: PlannedEdit, b: PlannedEdit): boolean {
  const wayOf = ({ method, layer, hyperparameters }: PlannedEdit) =>
    JSON.stringify([method, layer.layer, ofMethod(method, hyperparameters)]);
  return wayOf(a) === wayOf(b);
}

/** The beginnings of a batch's prompts; the plain prompt alone where its method asks for no more. */
async function templatesFor(
  session: EditSession,
  [first]: readonly PlannedEdit[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const asks = first !== undefined && hyperparametersOf(first.method).includes('templates');
  const wanted = asks ? first.hyperparameters.templates : [];
  return await session.templates(wanted, () => contextTemplates(session, wanted, { signal }));
}

function nameOf([first, ...others]: readonly PlannedEdit[]): string {
  const id = first?.edit.id ?? '';
  return others.length === 0 ? id : `${id} and ${others.length} more`;
}

async function compared(
  session: EditSession,
  batch: readonly PlannedEdit[],
  { computed, templates }: Pick<DoneEdit, 'templates'> & { computed: readonly ComputedEdit[] },
  work: Work,
): Promise<DoneEdit[]> {
  const done: DoneEdit[] = [];
  for (const [index, plan] of batch.entries()) {
    const own = parted(work, index, batch.length, plan.edit.id);
    const edit = computed[index];
    if (edit === undefined) throw new Error('an edit was not computed');
    const norms = [];
    for (const weight of new Set(edit.updates.map(weightOf)))
      norms.push(await session.weightNorm(weight, work.signal));
    const neighbours = (plan.edit.probes?.neighbourhood ?? []).map(({ prompt }) => prompt);
    done.push({
      ...plan,
      layer: edit.found ?? plan.layer,
      computed: edit,
      templates,
      relativeUpdateNorm: edit.updateNorm / Math.hypot(...norms),
      keySimilarity: await keySimilarity(session, edit, neighbours, own),
    });
  }
  return done;
}

function refuseUnsupported({ model }: EditSession): void {
  if (model.unsupported === undefined) return;
  const what = { recurrent: 'is recurrent', hybrid: 'is partly recurrent', encoder: 'has an encoder' };
  throw new InputError(
    `${model.path} ${what[model.unsupported]}; edits need a decoder made of attention and MLPs alone.`,
  );
}
