import { commands, type Disposable, l10n, Uri, ViewColumn, window, workspace } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { attempt } from '../engine/messages.ts';

/** The command that shows a review that was written as JSON (`palimpsest review --json`, *Save Review Report*) as a page. */
export function registerReportCommand(): Disposable {
  return commands.registerCommand('palimpsest.report.open', (given: unknown) =>
    attempt(async () => {
      const file = given instanceof Uri ? given : await pickFile();
      if (file !== undefined) await openReport(file);
    }),
  );
}

async function pickFile(): Promise<Uri | undefined> {
  const open = window.activeTextEditor?.document.uri;
  if (open?.path.endsWith('.json')) return open;
  const filters = { [l10n.t('Reviews as JSON')]: ['json'] };
  return (await window.showOpenDialog({ filters, openLabel: l10n.t('Open') }))?.[0];
}

async function openReport(file: Uri): Promise<void> {
  const name = file.path.split('/').at(-1) ?? file.path;
  const text = new TextDecoder().decode(await workspace.fs.readFile(file));
  const { reportOf } = await import('./reportOf.ts');
  const html = reportOf(text);
  if (html === undefined) {
    throw new InputError(l10n.t('{0} is not a review as JSON that this version can show.', name));
  }
  showReportPage(html, name);
}

/** A report runs no script and loads nothing: its own policy forbids both, and so does the panel. */
export function showReportPage(html: string, name: string): void {
  const panel = window.createWebviewPanel(
    'palimpsest.report',
    l10n.t('Report {0}', name),
    ViewColumn.Active,
    { enableScripts: false, localResourceRoots: [], enableFindWidget: true },
  );
  panel.webview.html = html;
}
