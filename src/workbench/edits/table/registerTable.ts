import { commands, Disposable, l10n } from 'vscode';
import { attempt } from '../../engine/messages.ts';
import { fileOf, pickEditsFile } from '../pickEditsFile.ts';
import { TablePanel, type TableParts } from './tablePanel.ts';

/** The command that compares the edits of a file, one panel a file. */
export function registerTable(parts: TableParts): Disposable {
  const panels = new Map<string, TablePanel>();
  const open = async (given: unknown) => {
    await parts.edits.list();
    const file =
      fileOf(given) ??
      parts.edits.selected?.file ??
      (await pickEditsFile(parts.edits, undefined, l10n.t('Choose the edits to compare')))?.uri;
    if (file === undefined) return;
    const key = file.toString();
    const known = panels.get(key);
    if (known !== undefined) return known.panel.reveal();
    const table = new TablePanel(file, parts);
    panels.set(key, table);
    table.panel.onDidDispose(() => panels.delete(key));
  };
  return Disposable.from(
    commands.registerCommand('palimpsest.edits.table', (given: unknown) => attempt(() => open(given))),
    new Disposable(() => {
      for (const { panel } of panels.values()) panel.dispose();
    }),
  );
}
