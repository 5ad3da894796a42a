import { l10n } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Surroundings } from '../../protocol/headerPage.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import { layerOf } from '../models/modelNodes.ts';
import type { Models } from '../models/models.ts';

/** Which tensors of a model can be chosen as the edit target, and which are it now. */
export function targetsIn(
  entry: Pick<ModelEntry, 'targets' | 'target'> | undefined,
): Pick<Surroundings, 'editable' | 'targets'> {
  const editable = (entry?.targets ?? []).filter((layer) => layer.editable);
  const names = editable.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  return { editable: names, targets: names.filter((name) => layerOf(name) === entry?.target?.layer) };
}

/** Makes a tensor's layer the one that edits act on. @throws InputError where it cannot be edited */
export function chooseTensor(models: Models, entry: ModelEntry, name: string): void {
  const layer = layerOf(name);
  if (layer === undefined || !targetsIn(entry).editable.includes(name)) {
    throw new InputError(l10n.t('{0} cannot be an edit target.', name));
  }
  models.chooseTarget(entry.path, { layer, reason: l10n.t('chosen manually') });
}
