import { commands, type Disposable } from 'vscode';
import { Disposables } from './disposables.ts';
import type { Edits } from './edits/edits.ts';
import type { Models } from './models/models.ts';

/** Keeps the keys that when-clauses of the manifest ask for: whether there is a base, and whether patches are on. */
export function registerContextKeys(models: Models, edits: Edits): Disposable {
  const owned = new Disposables();
  const set = (key: string, value: boolean) =>
    void commands.executeCommand('setContext', `palimpsest.${key}`, value);
  owned.add(
    models.onDidChange(() => {
      set('hasBase', models.base !== undefined);
      set(
        'patchesOn',
        models.known().some(({ applied }) => applied.length > 0),
      );
    }),
  );
  owned.add(edits.onDidChange(() => set('hasEdits', edits.known().length > 0)));
  return owned;
}
