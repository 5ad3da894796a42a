import path from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import type { Imported } from '../../../protocol/engine.ts';
import type { Parts } from './newEdit.ts';

/** Turns records of CounterFact into an edits file, opens it, and says which records were left out. */
export async function importRecords({ engine, models, edits }: Parts): Promise<void> {
  const from = await askRecords();
  const to = from && (await askTarget(from));
  if (from === undefined || to === undefined) return;
  const model = models.base?.path;
  const imported = await engine.run(l10n.t('Importing {0}', path.basename(from.fsPath)), (client, work) =>
    client.importRecords({ path: from.fsPath, format: 'counterfact', out: to.fsPath, model }, work),
  );
  await edits.files.open(to);
  await window.showTextDocument(to);
  await tell(imported, from);
}

async function askRecords(): Promise<Uri | undefined> {
  const files = await window.showOpenDialog({
    title: l10n.t('Import the records of a data set (CounterFact)'),
    filters: { JSON: ['json'] },
    openLabel: l10n.t('Import'),
  });
  return files?.[0];
}

function askTarget({ fsPath }: Uri): Thenable<Uri | undefined> {
  const defaultUri = Uri.file(fsPath.replace(/(\.edits)?\.json$/, '.edits.json'));
  const filters = { [l10n.t('Edits files')]: ['edits.json'] };
  return window.showSaveDialog({ title: l10n.t('Write the edits into'), defaultUri, filters });
}

async function tell({ edits, skipped }: Imported, from: Uri): Promise<void> {
  const count = edits.edits.length;
  if (skipped.length === 0) {
    window.showInformationMessage(l10n.t('{0} edits were imported.', count));
    return;
  }
  const show = l10n.t('Show Which');
  const said = l10n.t('{0} edits were imported; {1} records were left out.', count, skipped.length);
  if ((await window.showWarningMessage(said, show)) !== show) return;
  const name = path.basename(from.fsPath);
  const content = skipped
    .map(({ line, index, reason }) => `${name}:${line}: record ${index}: ${reason}`)
    .join('\n');
  await window.showTextDocument(
    await workspace.openTextDocument({ content: `${content}\n`, language: 'plaintext' }),
  );
}
