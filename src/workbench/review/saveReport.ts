import path from 'node:path';
import { commands, env, l10n, UIKind, Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Reviewed } from '../../protocol/review.ts';
import { writeFile } from '../writeFile.ts';
import type { KeptReview } from './keptReview.ts';
import { showReportPage } from './openReport.ts';
import { proposedStem } from './proposedStem.ts';
import { sideName } from './side.ts';

type Format = 'html' | 'markdown' | 'sarif' | 'json';

const endings: Readonly<Record<Format, string>> = {
  html: 'html',
  markdown: 'md',
  sarif: 'sarif',
  json: 'json',
};

/**
 * Writes the report of a review where a person chooses, and opens it.
 *
 * @param policy how the review stands by the policy that is chosen now
 */
export async function saveReport(
  { reviewed, inspected, candidate }: KeptReview,
  policy: Reviewed['policy'],
): Promise<void> {
  const found = reviewed ?? inspected;
  if (found === null) throw new InputError(noReport());
  const format = reviewed === null ? 'json' : await pickFormat();
  if (format === undefined) return;
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(`${proposedStem(candidate)}.review.${endings[format]}`),
    filters: { [format.toUpperCase()]: [endings[format]] },
    saveLabel: l10n.t('Save Report'),
  });
  if (target === undefined) return;
  const text = reviewed === null ? json(found) : await rendered({ ...reviewed, policy }, format);
  await writeFile(target, text);
  await show(target, format, text);
}

/** Shows the report as it would be saved, in every kind of window; nothing is written. */
export async function showReport(
  { reviewed, candidate }: KeptReview,
  policy: Reviewed['policy'],
): Promise<void> {
  if (reviewed === null) throw new InputError(noReport());
  showReportPage(await rendered({ ...reviewed, policy }, 'html'), sideName(candidate).name);
}

/** Puts the report on the clipboard as Markdown, for a comment under a pull request. */
export async function copyReport({ reviewed }: KeptReview, policy: Reviewed['policy']): Promise<void> {
  if (reviewed === null) throw new InputError(noReport());
  await env.clipboard.writeText(await rendered({ ...reviewed, policy }, 'markdown'));
  window.setStatusBarMessage(l10n.t('Copied the report as Markdown.'), 5000);
}

const noReport = (): string => l10n.t('There is no report until the review has ended.');

async function pickFormat(): Promise<Format | undefined> {
  const items: { label: string; detail: string; format: Format }[] = [
    { label: 'HTML', detail: l10n.t('One self-contained file with images'), format: 'html' },
    { label: 'Markdown', detail: l10n.t('For a pull request comment'), format: 'markdown' },
    { label: 'SARIF', detail: l10n.t('For code scanning'), format: 'sarif' },
    { label: 'JSON', detail: l10n.t('All findings, in the published schema'), format: 'json' },
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the format of the report'),
  });
  return picked?.format;
}

const json = (found: unknown): string => `${JSON.stringify(found, null, 2)}\n`;

async function rendered(reviewed: Reviewed, format: Format): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../../engine/review/reports/html.ts')).htmlReport(reviewed);
    case 'markdown':
      return (await import('../../engine/review/reports/markdown.ts')).markdownReport(reviewed);
    case 'sarif':
      return (await import('../../engine/review/reports/sarif.ts')).sarifReport(reviewed);
    case 'json':
      return json((await import('../../formats/review/v1.ts')).writeReview(reviewed));
  }
}

/** A page in the browser, or in a panel where the browser cannot reach the file; Markdown as it is read; the rest as text. */
async function show(file: Uri, format: Format, text: string): Promise<void> {
  if (format === 'markdown') await commands.executeCommand('markdown.showPreview', file);
  else if (format === 'html') {
    const reachable = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
    if (reachable) await env.openExternal(file);
    else showReportPage(text, path.basename(file.path));
  } else await commands.executeCommand('vscode.open', file);
}
