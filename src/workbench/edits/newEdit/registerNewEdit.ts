import { commands, Disposable } from 'vscode';
import { attempt } from '../../engine/messages.ts';
import { pickEdit } from '../pickEdit.ts';
import { importRecords } from './importRecords.ts';
import { newEdit, type Parts } from './newEdit.ts';
import { proposeMore } from './proposeMore.ts';
import { registerSkippedRecords } from './skippedRecords.ts';

/** The commands that write edits: one by one, from a data set, and probes for one that is there. */
export function registerNewEdit(parts: Parts): Disposable {
  const command = (name: string, action: (given: unknown) => Promise<void>) =>
    commands.registerCommand(`palimpsest.edits.${name}`, (given: unknown) => attempt(() => action(given)));
  return Disposable.from(
    registerSkippedRecords(),
    command('new', () => newEdit(parts)),
    command('import', () => importRecords(parts)),
    command('proposeProbes', async (given) => {
      const entry = await pickEdit(parts.edits, given);
      if (entry !== undefined) await proposeMore(parts, entry);
    }),
  );
}
