import { commands, Disposable } from 'vscode';
import { attempt } from '../../engine/messages.ts';
import { pickEdit } from '../pickEdit.ts';
import type { Parts } from './parts.ts';
import { registerSkippedRecords } from './skippedRecords.ts';

/** The commands that write edits: one by one, from a data set, and probes for one that is there. */
export function registerNewEdit(parts: Parts): Disposable {
  const command = (name: string, action: (given: unknown) => Promise<void>) =>
    commands.registerCommand(`palimpsest.edits.${name}`, (given: unknown) => attempt(() => action(given)));
  return Disposable.from(
    registerSkippedRecords(),
    command('new', async () => (await import('./newEdit.ts')).newEdit(parts)),
    command('import', async () => (await import('./importRecords.ts')).importRecords(parts)),
    command('proposeProbes', async (given) => {
      const entry = await pickEdit(parts.edits, given);
      if (entry !== undefined) await (await import('./proposeMore.ts')).proposeMore(parts, entry);
    }),
  );
}
