import path from 'node:path';
import { commands, type Disposable, l10n, Uri, window } from 'vscode';
import { attempt } from '../engine/messages.ts';
import type { History } from '../patches/history.ts';
import { type EditEntry, factOf } from './editEntry.ts';
import type { Edits } from './edits.ts';
import { pickEdit } from './pickEdit.ts';
import { revealEdit } from './revealEdit.ts';

/** The commands of edits. Each takes a node of the tree or an edit's key, or asks. */
export function registerEditCommands(edits: Edits, history: History): Disposable[] {
  const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.edits.${name}`, (given: unknown) => attempt(() => action(given)));
  const onEdit = (
    name: string,
    action: (entry: EditEntry) => Promise<unknown>,
    fits?: (entry: EditEntry) => boolean,
  ) =>
    command(name, async (given) => {
      const entry = await pickEdit(edits, given, fits);
      if (entry !== undefined) await action(entry);
    });
  return [
    onEdit(
      'apply',
      ({ key }) => edits.apply(key),
      ({ state }) => state !== 'applied',
    ),
    onEdit(
      'revert',
      ({ key }) => edits.revert(key),
      ({ state }) => state === 'applied',
    ),
    onEdit('compute', ({ key }) => edits.compute(key)),
    onEdit('measure', async ({ key }) => {
      edits.select(key);
      await edits.measure(key);
    }),
    onEdit('chooseTarget', async ({ key }) => edits.select(key)),
    onEdit('inspect', async ({ key }) => {
      edits.select(key);
      await commands.executeCommand('palimpsest.inspector.open');
    }),
    onEdit('reveal', (entry) => revealEdit(entry)),
    onEdit(
      'deletePatch',
      (entry) => deletePatch(edits, entry),
      ({ made }) => made !== undefined,
    ),
    command('undo', async () => say(await history.undo(), l10n.t('Undone'))),
    command('redo', async () => say(await history.redo(), l10n.t('Redone'))),
    command('open', async (given) => {
      const filters = { [l10n.t('Edits files')]: ['json'] };
      const dialog = { filters, openLabel: l10n.t('Open'), canSelectMany: true };
      const files = given instanceof Uri ? [given] : await window.showOpenDialog(dialog);
      for (const file of files ?? []) {
        await edits.files.open(file);
        await window.showTextDocument(file);
      }
    }),
  ];
}

async function say(title: string | undefined, what: string): Promise<void> {
  const text = title === undefined ? l10n.t('There is nothing to undo or redo.') : `${what}: ${title}`;
  window.setStatusBarMessage(text, 5000);
}

async function deletePatch(edits: Edits, { key, edit, patch, state }: EditEntry): Promise<void> {
  const remove = l10n.t('Move to Trash');
  const detail =
    state === 'applied'
      ? l10n.t('The edit is reverted first. It can be computed again from its file.')
      : l10n.t('The edit can be computed again from its file.');
  const question = l10n.t('Delete the patch {0} ({1})?', path.basename(patch), factOf(edit));
  const answer = await window.showWarningMessage(question, { modal: true, detail }, remove);
  if (answer === remove) await edits.deletePatch(key);
}
