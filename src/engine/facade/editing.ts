import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Edited, EditReport, ValueStep } from '../../protocol/editing.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import {
  type ComputedPatch,
  computePatch,
  type PatchOptions,
  type PlannedEdit,
} from '../editing/computePatch.ts';
import { readText } from '../editing/readText.ts';
import { layersToSweep, type SweptLayer, sweepLayers } from '../editing/sweep.ts';
import { writePatch } from '../editing/writePatch.ts';
import { InputError } from '../errors.ts';
import { fileError } from '../gguf/fileErrors.ts';
import type { Work } from '../progress.ts';
import type { EngineWork } from './api.ts';
import { chosenEdits } from './chosenEdits.ts';
import type { LoadedModel } from './loadedModel.ts';

/** A text for covariances is read up to this size: many times the samples that any layer needs. */
const mostText = 64 << 20;

type Computation = Pick<EngineParams['measure'], 'method' | 'layer' | 'protect' | 'text'>;

export async function patchOptions(
  { method, layer, protect, text }: Computation,
  onEvent: EngineWork<'edit'>['onEvent'],
): Promise<PatchOptions> {
  const onStep = (id: string, step: ValueStep) => onEvent?.({ id, step });
  const content = text === undefined ? undefined : await readText(text, mostText);
  return { method, layer, protect, text: content, onStep };
}

/** Computes edits and writes them: all into one patch, each on top of those before it, or each into its own. */
export async function editModel(
  loaded: LoadedModel,
  params: EngineParams['edit'],
  { onEvent, ...work }: EngineWork<'edit'>,
): Promise<Edited> {
  const { session, model } = loaded;
  const options = await patchOptions(params, onEvent);
  const chosen = await chosenEdits(loaded, params, options, work);
  const sweep = params.sweep
    ? await sweepLayers(session, params.edits, layersToSweep(session), options, work)
    : null;
  const planned = sweep === null ? chosen : onBestLayer(chosen, sweep);
  const [patches, edits] = params.each
    ? await writeEach(loaded, planned, options, params.out, work)
    : await writeTogether(loaded, planned, options, params.out, work);
  return {
    model: model.path,
    digest: await session.digest(work),
    sweep:
      sweep === null ? null : sweep.map(({ layer, measures, seconds }) => ({ layer, seconds, measures })),
    patches,
    edits,
  };
}

function onBestLayer(chosen: readonly PlannedEdit[], sweep: readonly SweptLayer[]): PlannedEdit[] {
  const [best] = sweep;
  if (best === undefined) throw new InputError('This model has no layer that could be tried.');
  const layer = { layer: best.layer, reason: `the best of ${sweep.length} layers tried` };
  return chosen.map((plan) => ({ ...plan, layer }));
}

type Written = [patches: Edited['patches'], edits: EditReport[]];

async function writeEach(
  loaded: LoadedModel,
  planned: readonly PlannedEdit[],
  options: PatchOptions,
  folder: string,
  work: Work,
): Promise<Written> {
  await makeFolder(folder);
  const patches: Edited['patches'] = [];
  const edits: EditReport[] = [];
  for (const [index, plan] of planned.entries()) {
    const own = stepOf(work, index, planned.length, plan.edit.id);
    const file = path.join(folder, `${plan.edit.id}.patch.gguf`);
    const [written, reports] = await writeTogether(loaded, [plan], options, file, own);
    patches.push(...written);
    edits.push(...reports);
  }
  return [patches, edits];
}

async function writeTogether(
  { session, model }: LoadedModel,
  planned: readonly PlannedEdit[],
  options: PatchOptions,
  file: string,
  work: Work,
): Promise<Written> {
  const computed = await computePatch(session, planned, options, work);
  await writePatch(model.runtime, file, computed.contents, session.files.paths);
  const { size } = await stat(file);
  return [[{ path: file, bytes: size, edits: planned.map(({ edit }) => edit.id) }], reports(computed)];
}

export function reports({ edits, hyperparameters, templates }: ComputedPatch): EditReport[] {
  return edits.map(({ edit, method, layer, computed, relativeUpdateNorm, keySimilarity }) => {
    const { keys, twin, value, solve } = computed.times;
    return {
      id: edit.id,
      method,
      layer: layer.layer,
      layerReason: layer.reason,
      steps: [...computed.steps],
      relativeNorm: computed.relativeNorm,
      updateNorm: computed.updateNorm,
      relativeUpdateNorm,
      keySimilarity,
      hyperparameters,
      templates: [...templates],
      covariance: computed.covariance,
      seconds: { keys: keys / 1000, twin: twin / 1000, value: value / 1000, solve: solve / 1000 },
    };
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw taken ? new InputError(`${folder} is a file, not a folder.`) : fileError(folder, error);
  }
}

/** The progress of one edit as a part of all of them. */
export function stepOf({ signal, report }: Work, index: number, count: number, id: string): Work {
  const which = count > 1 ? `${id} (${index + 1} of ${count}): ` : '';
  return { signal, report: (stage, fraction) => report?.(`${which}${stage}`, (index + fraction) / count) };
}
