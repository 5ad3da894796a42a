import { createHash } from 'node:crypto';
import path from 'node:path';
import type { EditSequence, KeySimilarity } from '../../protocol/editing.ts';
import type { Edit, EditsFile } from '../../protocol/edits.ts';
import { ofMethod, type SomeHyperparameters } from '../../protocol/hyperparameters.ts';
import { hyperparametersOf } from '../../protocol/hyperparameterTable.ts';
import { defaultMethod, type Method } from '../../protocol/methods.ts';
import type { PatchedEdit, PatchedInputs } from '../../protocol/patches.ts';
import { missingPreset, type PresetName, presetOf } from '../../protocol/presets.ts';
import { InputError } from '../errors.ts';
import { Adapter } from '../llama/adapter.ts';
import { throwIfAborted } from '../llama/cancel.ts';
import { parted, phases, type Work } from '../progress.ts';
import { scratchFolder } from '../scratchFolder.ts';
import { toolVersion } from '../version.ts';
import { CollapseWatch, symptom } from './collapse.ts';
import { EditRun } from './editRun.ts';
import type { Hyperparameters } from './hyperparameters/hyperparameters.ts';
import { inCommon } from './hyperparameters/inCommon.ts';
import { defaultLayer, hyperparametersFor, type LayerChoice } from './hyperparameters/modelDefaults.ts';
import { keySimilarity } from './keySimilarity.ts';
import type { CovarianceSource } from './keys/covarianceCache.ts';
import { type Donor, donorsIn } from './methods/donorsIn.ts';
import type { ComputedEdit } from './methods/edit.ts';
import { takesMany } from './methods/methodKinds.ts';
import { type LayerUpdate, weightOf } from './patches/update.ts';
import { type PatchContents, writePatch } from './patches/writePatch.ts';
import type { EditSession } from './session.ts';
import { contextTemplates } from './value/templates.ts';
import type { ValueStep } from './value/value.ts';

/** What the caller decides; everything else comes from the edits file or is proposed. */
export interface PatchOptions extends CovarianceSource {
  readonly method?: Method | undefined;
  readonly layer?: number | undefined;
  /** Edits that methods for many facts compute together; all that follow one another without it. */
  readonly batch?: number | undefined;
  /** Hold the answers of the edits' `sameSubject` probes. */
  readonly protect?: boolean | undefined;
  /** What hyperparameters are unless something else is asked for. */
  readonly preset?: PresetName | undefined;
  /** Before what the edits and their file ask for; those that a method does not have are passed over. */
  readonly hyperparameters?: SomeHyperparameters | undefined;
  readonly onStep?: ((id: string, step: ValueStep) => void) | undefined;
}

/** One edit with what was decided for it. */
export interface PlannedEdit {
  readonly edit: Edit;
  readonly method: Method;
  readonly layer: LayerChoice;
  readonly hyperparameters: Hyperparameters;
  /** Where the method "donor" may take the value from; what the file offers. */
  readonly donors: readonly Donor[];
}

/** An edit that was computed, and how it compares with the weight and with other keys. */
interface DoneEdit extends PlannedEdit {
  readonly computed: ComputedEdit;
  /** The rewriting prompts, with `{}` for the edit's own. */
  readonly templates: readonly string[];
  /** ‖ΔW‖ / ‖W‖ */
  readonly relativeUpdateNorm: number;
  readonly keySimilarity: KeySimilarity[];
}

export interface ComputedPatch {
  readonly contents: PatchContents;
  readonly edits: readonly DoneEdit[];
  /** null where all was computed in one go. */
  readonly sequence: EditSequence | null;
}

/** The method of an edit. */
export const methodOf = (options: Pick<PatchOptions, 'method'>, file: EditsFile, edit?: Edit): Method =>
  options.method ?? edit?.method ?? file.method ?? defaultMethod;

/**
 * Who decides: the caller before the edit, the edit before its file, the file before the engine.
 *
 * @param swept the best layers that earlier sweeps of this model found
 */
export function planEdits(
  session: EditSession,
  file: EditsFile,
  edits: readonly Edit[],
  options: PatchOptions,
  swept: ReadonlyMap<Method, LayerChoice> = new Map(),
): PlannedEdit[] {
  return edits.map((edit) => {
    const method = methodOf(options, file, edit);
    const chosen = options.layer ?? edit.layer ?? file.layer;
    const layer =
      chosen !== undefined
        ? { layer: chosen, reason: 'as given' }
        : (swept.get(method) ?? { ...defaultLayer(session.files, method), proposed: true as const });
    const wishes = [file.hyperparameters, edit.hyperparameters, options.hyperparameters];
    const hyperparameters = hyperparametersFor(session.files, wishes, presetValues(options.preset, method));
    return { edit, method, layer, hyperparameters, donors: method === 'donor' ? donorsIn(file, edit) : [] };
  });
}

/** @throws InputError where the method has no preset of that name */
function presetValues(name: PresetName = 'default', method: Method): SomeHyperparameters | undefined {
  const missing = missingPreset(name, method);
  if (missing !== undefined) throw new InputError(missing);
  return presetOf(name, method)?.values;
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
        ...(options.text !== undefined && { textDigest: digestOf(options.text) }),
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

/** What an edit was computed with, by name: what its method has, and the texts that its prompts began with. */
function usedBy({ method, hyperparameters, templates }: DoneEdit): Record<string, unknown> {
  const values = ofMethod(method, hyperparameters);
  return { ...values, ...(values.templates !== undefined && { contextTemplates: templates }) };
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

/** @param own the hyperparameters that are others than those of the patch */
function describe(
  { edit, method, layer, computed, relativeUpdateNorm, keySimilarity: similarity }: DoneEdit,
  own: Readonly<Record<string, unknown>>,
): PatchedEdit {
  const { id, prompt, subject, occurrence, target, space } = edit;
  const { relativeNorm, updateNorm, steps, updates } = computed;
  const curve = steps.map(({ milliseconds: _, ...step }) => step);
  const nll = (step: Omit<ValueStep, 'milliseconds'> | undefined) => step?.nll ?? Number.NaN;
  return {
    id,
    prompt,
    subject,
    ...(occurrence !== undefined && { occurrence }),
    target,
    ...(space !== undefined && { space }),
    method,
    ...(Object.keys(own).length > 0 && { hyperparameters: own }),
    layer: layer.layer,
    ...severalLayers(updates),
    ...(computed.lostEnergy !== undefined && { lostEnergy: computed.lostEnergy }),
    layerReason: layer.reason,
    relativeNorm,
    updateNorm,
    steps: steps.length - 1,
    nll: [nll(curve[0]), nll(curve.at(-1))],
    curve,
    relativeUpdateNorm,
    keySimilarity: similarity,
  };
}

/** What besides its fact an edit was computed from, where there is something. */
function inputsOf({ edit, method, donors }: PlannedEdit, protect: boolean): { inputs?: PatchedInputs } {
  const asked = protect ? edit.probes?.sameSubject : undefined;
  const constraint = method === 'dinm' ? edit.safety?.constraint : undefined;
  const inputs = {
    ...(asked !== undefined && { sameSubject: asked.map(({ prompt }) => prompt) }),
    ...(constraint !== undefined && { constraint }),
    ...(donors.length > 0 && { donors: donors.map(({ prompt, subject }) => ({ prompt, subject })) }),
  };
  return Object.keys(inputs).length > 0 ? { inputs } : {};
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** The layers that an edit changes, where they are several. */
export function severalLayers(updates: readonly LayerUpdate[]): { layers?: number[] } {
  const layers = [...new Set(updates.map(({ layer }) => layer))];
  return layers.length > 1 ? { layers } : {};
}

function refuseUnsupported({ model }: EditSession): void {
  if (model.unsupported === undefined) return;
  const what = { recurrent: 'is recurrent', hybrid: 'is partly recurrent', encoder: 'has an encoder' };
  throw new InputError(
    `${model.path} ${what[model.unsupported]}; edits need a decoder made of attention and MLPs alone.`,
  );
}
