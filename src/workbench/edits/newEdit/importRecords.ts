import path from 'node:path';
import { l10n, type Uri, window } from 'vscode';
import type { Imported } from '../../../protocol/engine.ts';
import { askNewFile } from './askNewFile.ts';
import type { Parts } from './parts.ts';
import { showSkipped } from './skippedRecords.ts';

/** Turns records of CounterFact into an edits file, opens it, and says which records were left out. */
export async function importRecords({ engine, models, edits }: Parts): Promise<void> {
  const from = await askRecords();
  const suggested = from?.with({ path: from.path.replace(/(\.edits)?\.json$/, '.edits.json') });
  const to = from && (await askNewFile(l10n.t('Write the edits into'), suggested));
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

async function tell({ count, skipped, dropped }: Imported, from: Uri): Promise<void> {
  const ofRecords = l10n.t('{0} of {1} records were imported.', count, count + skipped.length);
  const said =
    dropped.length === 0
      ? ofRecords
      : `${ofRecords} ${l10n.t('Probes left out of them: {0}.', dropped.length)}`;
  const show = l10n.t('Show Which Were Left Out');
  const leftOut = [...skipped, ...dropped];
  if (leftOut.length === 0) window.showInformationMessage(said);
  else if ((await window.showWarningMessage(said, show)) === show) await showSkipped(from, leftOut);
}
