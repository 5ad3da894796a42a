import path from 'node:path';
import type { KeySimilarity, PatchedEdit } from '../../protocol/editing.ts';
import type { Edit, EditsFile, Method } from '../../protocol/edits.ts';
import { InputError } from '../errors.ts';
import { Adapter } from '../llama/adapter.ts';
import { throwIfAborted } from '../llama/cancel.ts';
import { parted, phases, type Work } from '../progress.ts';
import { scratchFolder } from '../scratchFolder.ts';
import { toolVersion } from '../version.ts';
import { type CovarianceSource, hasCovariance, layerCovariance } from './covarianceCache.ts';
import { type ComputedEdit, computeEdit } from './edit.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { keySimilarity } from './keySimilarity.ts';
import { defaultMethod } from './methods.ts';
import { defaultLayer, hyperparametersFor, type LayerChoice } from './modelDefaults.ts';
import type { EditSession } from './session.ts';
import { contextTemplates } from './templates.ts';
import type { ValueStep } from './value.ts';
import { type PatchContents, writePatch } from './writePatch.ts';

/** What the caller decides; everything else comes from the edits file or is proposed. */
export interface PatchOptions extends CovarianceSource {
  readonly method?: Method | undefined;
  readonly layer?: number | undefined;
  /** Hold the answers of the edits' `sameSubject` probes. */
  readonly protect?: boolean | undefined;
  readonly hyperparameters?: Partial<Hyperparameters> | undefined;
  readonly onStep?: ((id: string, step: ValueStep) => void) | undefined;
}

/** One edit with what was decided for it. */
export interface PlannedEdit {
  readonly edit: Edit;
  readonly method: Method;
  readonly layer: LayerChoice;
}

/** An edit that was computed, and how it compares with the weight and with other keys. */
interface DoneEdit extends PlannedEdit {
  readonly computed: ComputedEdit;
  /** ‖ΔW‖ / ‖W‖ */
  readonly relativeUpdateNorm: number;
  readonly keySimilarity: KeySimilarity[];
}

export interface ComputedPatch {
  readonly contents: PatchContents;
  readonly edits: readonly DoneEdit[];
  readonly hyperparameters: Hyperparameters;
  /** The rewriting prompts, with `{}` for an edit's own. */
  readonly templates: readonly string[];
}

/** Who decides: the caller before the edit, the edit before its file, the file before the engine. */
export function planEdits(
  session: EditSession,
  file: EditsFile,
  edits: readonly Edit[],
  { method, layer }: PatchOptions,
): PlannedEdit[] {
  return edits.map((edit) => {
    const chosen = layer ?? edit.layer ?? file.layer;
    return {
      edit,
      method: method ?? edit.method ?? file.method ?? defaultMethod,
      layer: chosen === undefined ? defaultLayer(session.files) : { layer: chosen, reason: 'as given' },
    };
  });
}

/**
 * Computes edits one after the other, each on top of those before it, and gathers them for one patch. The session is
 * left as it was.
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
  const hyperparameters = hyperparametersFor(session.files, options.hyperparameters);
  const templates = await session.templates(hyperparameters.templates, () =>
    contextTemplates(session, hyperparameters.templates, { signal }),
  );
  const done: DoneEdit[] = [];
  const base = {
    digest: await session.digest(hashing),
    name: path.basename(session.model.path),
    architecture: session.architecture,
  };
  const contents = (): PatchContents => ({
    base,
    tool: toolVersion,
    hyperparameters: { ...hyperparameters, protected: options.protect === true, contextTemplates: templates },
    edits: done.map(describe),
    measures: null,
    updates: done.map(({ computed }) => computed.update),
  });
  await using scratch = await scratchFolder();
  try {
    for (const [index, plan] of planned.entries()) {
      throwIfAborted(signal);
      const { edit, method, layer } = plan;
      const own = parted(editing, index, planned.length, edit.id);
      const known = await hasCovariance(session, layer.layer, hyperparameters, options, { signal });
      const [gathering, computing, comparing] = phases(own, [known ? 0 : 20, 10, 1]);
      const covariance = await layerCovariance(session, layer.layer, hyperparameters, options, gathering);
      const request = { prompt: edit.prompt, subject: edit.subject, target: edit.target.new };
      const protect = options.protect ? (edit.probes?.sameSubject ?? []).map(({ prompt }) => prompt) : [];
      const onStep = (step: ValueStep) => options.onStep?.(edit.id, step);
      const computed = await computeEdit(
        session,
        request,
        { method, layer: layer.layer, hyperparameters, templates, covariance, protect, onStep },
        computing,
      );
      const neighbours = (edit.probes?.neighbourhood ?? []).map(({ prompt }) => prompt);
      done.push({
        ...plan,
        computed,
        relativeUpdateNorm: computed.updateNorm / (await session.weightNorm(layer.layer, signal)),
        keySimilarity: await keySimilarity(session, computed, neighbours, comparing),
      });
      if (done.length < planned.length)
        await buildOn(session, contents(), path.join(scratch.path, `${done.length}.gguf`));
    }
    return { contents: contents(), edits: done, hyperparameters, templates };
  } finally {
    session.build([]);
  }
}

/** Switches what was computed so far on, so that the next edit sees it. */
async function buildOn(session: EditSession, contents: PatchContents, file: string): Promise<void> {
  await writePatch(session.model.runtime, file, contents, session.files.paths);
  session.build([Adapter.load(session.model, file)]);
}

function describe({ edit, method, layer, computed, ...compared }: DoneEdit): PatchedEdit {
  const { id, prompt, subject, target } = edit;
  const { relativeNorm, updateNorm, steps } = computed;
  const curve = steps.map(({ milliseconds: _, ...step }) => step);
  const nll = (step: Omit<ValueStep, 'milliseconds'> | undefined) => step?.nll ?? Number.NaN;
  return {
    id,
    prompt,
    subject,
    target,
    method,
    layer: layer.layer,
    layerReason: layer.reason,
    relativeNorm,
    updateNorm,
    steps: steps.length - 1,
    nll: [nll(curve[0]), nll(curve.at(-1))],
    curve,
    ...compared,
  };
}

function refuseUnsupported({ model }: EditSession): void {
  if (model.unsupported === undefined) return;
  const what = { recurrent: 'is recurrent', hybrid: 'is partly recurrent', encoder: 'has an encoder' };
  throw new InputError(
    `${model.path} ${what[model.unsupported]}; edits need a decoder made of attention and MLPs alone.`,
  );
}
