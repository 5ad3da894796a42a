import path from 'node:path';
import type { Edit, EditsFile } from '../../../protocol/edits.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import { type ComputedPatch, computePatch } from '../../editing/computePatch.ts';
import { writePatch } from '../../editing/patches/writePatch.ts';
import { methodOf, type PatchOptions, type PlannedEdit } from '../../editing/planEdits.ts';
import { InputError } from '../../errors.ts';
import { toolVersion } from '../../version.ts';
import type { Work } from '../../work/progress.ts';
import { chosenEdits } from '../chosenEdits.ts';
import { patchOptions } from '../editing.ts';
import type { LoadedModel } from '../loadedModel.ts';

/** Edits that a model is attacked with, and how they are made. */
export interface Attempts {
  readonly planned: readonly PlannedEdit[];
  readonly options: PatchOptions;
  /** What every report of them begins with. */
  readonly about: {
    readonly model: string;
    readonly digest: string;
    readonly tool: string;
    readonly method: PlannedEdit['method'];
  };
}

/** @throws InputError as `chosenEdits`, and for hyperparameters that the method does not have */
export async function attempts(
  loaded: LoadedModel,
  { method, layer, preset, hyperparameters }: Omit<EngineParams['resist'], 'edits'>,
  edits: EditsFile,
  work: Work,
): Promise<Attempts> {
  const options = await patchOptions({ edits, method, layer, preset, hyperparameters }, undefined);
  const planned = await chosenEdits(loaded, { edits }, options, work);
  const about = {
    model: loaded.model.path,
    digest: await loaded.session.digest(work),
    tool: toolVersion,
    method: methodOf(options, edits),
  };
  return { planned, options, about };
}

/** The patch of one edit or of several on top of one another, or why the method cannot make it. */
export async function attempt(
  { session }: LoadedModel,
  planned: readonly PlannedEdit[],
  options: PatchOptions,
  work: Work,
): Promise<ComputedPatch | string> {
  try {
    return await computePatch(session, planned, options, work);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Writes a patch into a folder of its own time, under a name that no other has. */
export async function writeAttempt(
  { model, session }: LoadedModel,
  { contents }: ComputedPatch,
  folder: string,
  name: string,
): Promise<string> {
  const file = path.join(folder, `${name}.patch.gguf`);
  await writePatch(model.runtime, file, contents, session.files.paths);
  return file;
}

/** What a report says of an edit. */
export const factOf = ({ id, prompt, subject, target }: Edit) => ({ id, prompt, subject, target });
