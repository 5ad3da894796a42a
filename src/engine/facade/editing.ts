import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Edited, EditReport, Measured, ValueStep } from '../../protocol/editing.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { computePatch } from '../editing/computePatch.ts';
import { checkedWishes } from '../editing/hyperparameters/wishes.ts';
import { writePatch } from '../editing/patches/writePatch.ts';
import { methodOf, type PatchOptions, type PlannedEdit } from '../editing/planEdits.ts';
import { keepSweep } from '../editing/sweep/keptSweep.ts';
import { layersToSweep, type SweptLayer, sweepLayers } from '../editing/sweep/sweep.ts';
import { InputError } from '../errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { readText } from '../json/readText.ts';
import type { EngineWork } from '../work/engineApi.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import { chosenEdits } from './chosenEdits.ts';
import { expectEffect } from './expectEffect.ts';
import type { LoadedModel } from './loadedModel.ts';
import { measurePatch, measuresOf, type PatchReading } from './measuring/measurePatch.ts';
import { measureSummary } from './measuring/measureSummary.ts';
import { matchTokens } from './measuring/waysToAsk.ts';
import { reports } from './reports.ts';

/** A text for covariances is read up to this size: many times the samples that any layer needs. */
export const maxTextLength = 64 << 20;

type Computation = Pick<
  EngineParams['edit'],
  'edits' | 'method' | 'layer' | 'batch' | 'protect' | 'text' | 'preset' | 'hyperparameters'
>;

export async function patchOptions(
  { edits, method, layer, batch, protect, text, preset, hyperparameters: given = {} }: Computation,
  onEvent: EngineWork<'edit'>['onEvent'],
): Promise<PatchOptions> {
  const onStep = (id: string, step: ValueStep) => onEvent?.({ id, step });
  const content = text === undefined ? undefined : await readText(text, maxTextLength);
  const methods = new Set(edits.edits.map((edit) => methodOf({ method }, edits, edit)));
  const hyperparameters = checkedWishes(given, [...methods]);
  return { method, layer, batch, protect, text: content, preset, hyperparameters, onStep };
}

/**
 * Computes edits and writes them: all into one patch, each on top of those before it, or each into its own. With
 * `measure` each patch is measured before it is written, and carries its measures.
 */
export async function editModel(
  loaded: LoadedModel,
  params: EngineParams['edit'],
  { onEvent, ...work }: EngineWork<'edit'>,
): Promise<Edited> {
  const { session, model } = loaded;
  const options = await patchOptions(params, onEvent);
  const [choosing, sweeping, computing] = phases(work, [1, params.sweep ? 200 : 0, 50]);
  const chosen = await chosenEdits(loaded, params, options, choosing);
  const sweep = params.sweep
    ? await sweepLayers(session, params.edits, layersToSweep(session), options, sweeping)
    : null;
  if (sweep !== null) {
    const method = methodOf(options, params.edits);
    await keepSweep(await session.digest(work), method, sweep, options.cacheFolder, work);
  }
  const planned = sweep === null ? chosen : onBestLayer(chosen, sweep);
  const measure = params.measure === true;
  const written = params.each
    ? await writeEach(loaded, planned, { options, measure, out: params.out }, computing)
    : [await writeTogether(loaded, planned, { options, measure, out: params.out }, computing)];
  return {
    model: model.path,
    digest: await session.digest(work),
    sweep:
      sweep === null ? null : sweep.map(({ layer, measures, seconds }) => ({ layer, seconds, measures })),
    patches: written.map(({ patch }) => patch),
    edits: written.flatMap(({ edits }) => edits),
    sequence: params.each ? null : (written[0]?.sequence ?? null),
    measured: measure ? measuredOf(model.path, params.each === true, written) : null,
  };
}

function measuredOf(model: string, each: boolean, written: readonly Written[]): Measured {
  const readings = written.flatMap(({ reading }) => reading ?? []);
  const read = readings.flatMap((reading) => reading.read);
  const drifts = readings.flatMap(({ drift }) => drift ?? []);
  return {
    model,
    state: each ? 'each' : 'patched',
    patches: each ? [] : written.map(({ patch }) => ({ path: patch.path, strength: 1 })),
    edits: read.map(({ measured }) => measured),
    summary: measureSummary(read, drifts, matchTokens),
  };
}

function onBestLayer(chosen: readonly PlannedEdit[], sweep: readonly SweptLayer[]): PlannedEdit[] {
  const [best] = sweep;
  if (best === undefined) throw new InputError('This model has no layer that could be tried.');
  const layer = { layer: best.layer, reason: `the best of ${sweep.length} layers tried` };
  return chosen.map((plan) => ({ ...plan, layer }));
}

/** One patch that was written. */
interface Written {
  readonly patch: Edited['patches'][number];
  readonly edits: EditReport[];
  readonly sequence: Edited['sequence'];
  readonly reading: PatchReading | undefined;
}

interface Writing {
  readonly options: PatchOptions;
  readonly measure: boolean;
  readonly out: string;
}

async function writeEach(
  loaded: LoadedModel,
  planned: readonly PlannedEdit[],
  { out, ...how }: Writing,
  work: Work,
): Promise<Written[]> {
  await makeFolder(out);
  const written: Written[] = [];
  for (const [index, plan] of planned.entries()) {
    const own = parted(work, index, planned.length, plan.edit.id);
    const file = path.join(out, `${plan.edit.id}.patch.gguf`);
    written.push(await writeTogether(loaded, [plan], { ...how, out: file }, own));
  }
  return written;
}

async function writeTogether(
  loaded: LoadedModel,
  planned: readonly PlannedEdit[],
  { options, measure, out }: Writing,
  work: Work,
): Promise<Written> {
  const { session, model } = loaded;
  const [computing, measuring] = phases(work, [2, measure ? 1 : 0]);
  const computed = await computePatch(session, planned, options, computing);
  expectEffect(computed.edits, work.warn);
  const reading = measure ? await measurePatch(loaded, computed, { out }, measuring) : undefined;
  const measures = reading === undefined ? null : measuresOf(reading);
  await writePatch(model.runtime, out, { ...computed.contents, measures }, session.files.paths);
  const { size } = await stat(out);
  const ids = computed.edits.map(({ edit }) => edit.id);
  const { sequence } = computed;
  return { patch: { path: out, bytes: size, edits: ids }, edits: reports(computed), sequence, reading };
}
