import type { Edit, EditsFile, Method } from '../../protocol/edits.ts';
import type { LayerChoice } from '../editing/hyperparameters/modelDefaults.ts';
import { methodOf, type PatchOptions, type PlannedEdit, planEdits } from '../editing/planEdits.ts';
import { keptLayer } from '../editing/sweep/keptSweep.ts';
import { InputError } from '../errors.ts';
import { nearest } from '../json/nearest.ts';
import type { Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';

/**
 * The edits of a file that are meant, planned for a model.
 *
 * @throws InputError for an unknown id, a layer that the model does not have, or a file for another model
 */
export async function chosenEdits(
  { model, session }: LoadedModel,
  { edits: file, only }: { readonly edits: EditsFile; readonly only?: readonly string[] | undefined },
  options: PatchOptions,
  work: Work,
): Promise<PlannedEdit[]> {
  const digest = file.model?.digest;
  if (digest !== undefined && digest !== (await session.digest(work))) {
    throw new InputError(
      `These edits were made for another model (${file.model?.name ?? digest.slice(0, 19)}) than ${model.path}; name that one, or take model.digest out of the file.`,
    );
  }
  const edits = selected(file.edits, only);
  const own = await session.digest(work);
  const swept = new Map<Method, LayerChoice>();
  for (const method of new Set(edits.map((edit) => methodOf(options, file, edit)))) {
    const kept = await keptLayer(own, method, options.cacheFolder, work);
    if (kept !== undefined) swept.set(method, kept);
  }
  const planned = planEdits(session, file, edits, options, swept);
  for (const { edit, layer } of planned) {
    if (layer.layer < model.layers) continue;
    throw new InputError(
      `The edit "${edit.id}" asks for layer ${layer.layer}, but ${model.path} has the layers 0 to ${model.layers - 1}.`,
    );
  }
  return planned;
}

function selected(edits: readonly Edit[], only: readonly string[] | undefined): readonly Edit[] {
  const ids = edits.map(({ id }) => id);
  for (const id of only ?? []) {
    if (ids.includes(id)) continue;
    const near = nearest(id, ids);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new InputError(`There is no edit "${id}" in the file${hint}`);
  }
  const chosen = only === undefined ? edits : edits.filter(({ id }) => only.includes(id));
  if (chosen.length === 0) throw new InputError('The file holds no edits.');
  return chosen;
}
