import { l10n, type Uri, window } from 'vscode';
import type { ExportFormat, SavedFile } from '../../protocol/inspector.ts';
import { saveFile } from '../saveFile.ts';

const endings: Readonly<Record<ExportFormat, string>> = {
  markdown: 'md',
  csv: 'csv',
  png: 'png',
  html: 'html',
};

/** Lets a person choose how the view is saved. */
export async function pickFormat(): Promise<ExportFormat | undefined> {
  const items: { label: string; detail: string; format: ExportFormat }[] = [
    { label: 'Markdown', detail: l10n.t('The current tab as text and tables'), format: 'markdown' },
    { label: 'CSV', detail: l10n.t('The numbers of the current tab at full precision'), format: 'csv' },
    { label: 'PNG', detail: l10n.t('The current tab as an image'), format: 'png' },
    { label: 'HTML', detail: l10n.t('All tabs in one self-contained file'), format: 'html' },
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the format of the export'),
  });
  return picked?.format;
}

/** Saves what the page has made where a person chooses to. */
export function saveExport({ format, name, content }: SavedFile, beside: Uri): Promise<void> {
  return saveFile(content, endings[format], name, beside);
}
