import { commands, type Disposable } from 'vscode';
import { Disposables } from './disposables.ts';
import type { Edits } from './edits/edits.ts';
import type { Models } from './models/models.ts';

/** Keeps the keys that when-clauses of the manifest ask for: what has been looked for, is there, and is on. */
export function registerContextKeys(models: Models, edits: Edits): Disposable {
  const owned = new Disposables();
  const set = (key: string, value: boolean) =>
    void commands.executeCommand('setContext', `palimpsest.${key}`, value);
  owned.add(
    models.onDidChange(() => {
      const patchesOn = models.known().some(({ applied }) => applied.length > 0);
      set('noModels', models.listed && models.known().length === 0);
      set('noPatches', models.listed && !patchesOn);
      set('hasBase', models.base !== undefined);
      set('patchesOn', patchesOn);
    }),
  );
  owned.add(
    edits.onDidChange(() => {
      set('noEdits', edits.listed && edits.files.known().length === 0);
      set('hasEdits', edits.known().length > 0);
    }),
  );
  return owned;
}
