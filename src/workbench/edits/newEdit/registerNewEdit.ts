import { commands, Disposable } from 'vscode';
import { attempt } from '../../engine/messages.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { pickEdit } from '../pickEdit.ts';
import type { Parts } from './parts.ts';

/** The commands that write edits: one by one, from a data set, and probes for one that is there. */
export function registerNewEdit(parts: Parts, tasks: Tasks): Disposable {
  const command = (name: string, action: (given: unknown) => Promise<void>) =>
    commands.registerCommand(`palimpsest.edits.${name}`, (given: unknown) => attempt(() => action(given)));
  return Disposable.from(
    command('new', async () => (await import('./newEdit.ts')).newEdit(parts)),
    command('import', async () => (await import('./importRecords.ts')).importRecords(parts.models, tasks)),
    command('proposeProbes', async (given) => {
      const entry = await pickEdit(parts.edits, given);
      if (entry !== undefined) await (await import('./proposeMore.ts')).proposeMore(parts, entry);
    }),
  );
}
