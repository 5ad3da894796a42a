import { l10n, type Uri, window } from 'vscode';
import type { Format } from '../../../protocol/edits.ts';
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
  const told = l10n.t(
    'Records of CounterFact, zsRE, KnowEdit and plain requests are told apart by their keys',
  );
  const items: { label: string; detail: string; format: Format }[] = [
    { label: 'CounterFact', detail: told, format: 'counterfact' },
    { label: 'zsRE', detail: told, format: 'zsre' },
    { label: 'KnowEdit', detail: told, format: 'knowedit' },
    {
      label: 'MQuAKE',
      detail: l10n.t('Edits with questions that follow from several of them'),
      format: 'mquake',
    },
    {
      label: 'RippleEdits',
      detail: l10n.t('Edits with what should follow and what should stay'),
      format: 'rippleedits',
    },
    { label: 'SafeEdit', detail: l10n.t('Attacks with safe and unsafe answers'), format: 'safeedit' },
  ];
  const placeHolder = l10n.t('The form of the records');
  return (await window.showQuickPick(items, { placeHolder, ignoreFocusOut: true }))?.format;
}
