import { l10n } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Edits } from '../edits/edits.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { ModelEntry } from './modelEntry.ts';

/** Finds the layer that serves an edit best by trying; the best becomes the edit target, and a page shows all. */
export async function sweepLayers(tasks: Tasks, edits: Edits, { path: model }: ModelEntry): Promise<void> {
  const edit = edits.selected ?? (await edits.list())[0];
  if (edit === undefined) {
    throw new InputError(l10n.t('A layer sweep needs edits; create one first ("New Edit").'));
  }
  await tasks.start({ kind: 'sweep', model, dataset: edit.file.fsPath, edit: edit.id });
}
