import { commands, Disposable, l10n, Uri, window } from 'vscode';
import { InputError } from '../../../engine/errors.ts';
import { attempt } from '../../engine/messages.ts';
import { TablePanel, type TableParts } from './tablePanel.ts';

/** The command that compares the edits of a file, one panel a file. */
export function registerTable(parts: TableParts): Disposable {
  const panels = new Map<string, TablePanel>();
  const open = async (given: unknown) => {
    await parts.edits.list();
    const file = fileOf(given) ?? parts.edits.selected?.file ?? (await pickFile(parts));
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

function fileOf(given: unknown): Uri | undefined {
  if (given instanceof Uri) return given;
  const uri = typeof given === 'object' && given !== null ? Reflect.get(given, 'uri') : undefined;
  return uri instanceof Uri ? uri : undefined;
}

async function pickFile({ edits }: TableParts): Promise<Uri | undefined> {
  const files = edits.files.known();
  if (files.length === 0)
    throw new InputError(l10n.t('There is no edits file whose edits could be compared.'));
  if (files.length === 1) return files[0]?.uri;
  const items = files.map(({ uri }) => ({ label: uri.fsPath, uri }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Choose an edits file') }))?.uri;
}
