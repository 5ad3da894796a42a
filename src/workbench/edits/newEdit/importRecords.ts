import { l10n, type Uri, window } from 'vscode';
import { DATASETS, type Format } from '../../../protocol/datasets.ts';
import type { Models } from '../../models/models.ts';
import type { Tasks } from '../../tasks/tasks.ts';

/** Reads the records of a data set and shows what would be imported and what left out; its page writes the edits file. */
export async function importRecords(models: Models, tasks: Tasks): Promise<void> {
  const from = await askRecords();
  const format = from && (await askFormat());
  if (from === undefined || format === undefined) return;
  const model = models.base?.path;
  await tasks.start({
    kind: 'importRecords',
    path: from.fsPath,
    format,
    ...(model !== undefined && { model }),
  });
}

async function askRecords(): Promise<Uri | undefined> {
  const files = await window.showOpenDialog({
    title: l10n.t('Import the records of a data set'),
    filters: { JSON: ['json', 'jsonl'] },
    openLabel: l10n.t('Import'),
  });
  return files?.[0];
}

async function askFormat(): Promise<Format | undefined> {
  const items = DATASETS.map(({ name, title, paper, shape }) => ({
    label: title,
    description: paper,
    detail: shape(),
    format: name,
  }));
  const placeHolder = l10n.t('Choose the format of the records');
  return (await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.format;
}
