import path from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import type { ExportFormat, SavedFile } from '../../protocol/inspector.ts';
import { message } from '../../text/labels.ts';
import { writeFile } from '../writeFile.ts';

const endings: Readonly<Record<ExportFormat, string>> = {
  markdown: 'md',
  csv: 'csv',
  png: 'png',
  html: 'html',
};

/** Lets a person choose how the view is saved. */
export async function pickFormat(): Promise<ExportFormat | undefined> {
  const items: { label: string; detail: string; format: ExportFormat }[] = [
    { label: 'Markdown', detail: l10n.t('The tab in sight, as text and tables'), format: 'markdown' },
    { label: 'CSV', detail: l10n.t('The numbers of the tab in sight, with all their digits'), format: 'csv' },
    { label: 'PNG', detail: l10n.t('The tab in sight, as a picture'), format: 'png' },
    { label: 'HTML', detail: l10n.t('All tabs in one file that needs nothing else'), format: 'html' },
  ];
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Save the view as') });
  return picked?.format;
}

/** Saves what the page has made where a person chooses to, beside the workspace's files at first, and offers to open it. */
export async function saveExport({ format, name, content }: SavedFile, beside: Uri): Promise<void> {
  const ending = endings[format];
  // the name comes from a page that shows what files say: no path of theirs is followed
  const file = `${path.basename(name).replace(/[^\p{L}\p{N}._-]+/gu, '-')}.${ending}`;
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(beside, '..', file),
    filters: { [ending.toUpperCase()]: [ending] },
  });
  if (target === undefined) return;
  await writeFile(target, content);
  const open = l10n.t('Open');
  const answer = await window.showInformationMessage(
    message(l10n.t('Saved {0}.', path.basename(target.path))),
    open,
  );
  if (answer === open) await commands.executeCommand('vscode.open', target);
}
