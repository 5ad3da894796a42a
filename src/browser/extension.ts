import { config } from '@vscode/l10n';
import { type ExtensionContext, l10n } from 'vscode';
import { registerReportCommand } from '../workbench/review/openReport.ts';
import { registerHeaderViewer } from './headerViewer.ts';

/** The extension where there is no machine behind the window, as on vscode.dev: headers, patches and reports are viewed. */
export function activate(context: ExtensionContext): void {
  if (l10n.bundle !== undefined) config({ contents: l10n.bundle });
  context.subscriptions.push(registerHeaderViewer(context.extensionUri), registerReportCommand());
}
