import { commands, Disposable, Uri, workspace } from 'vscode';
import { attempt } from '../../engine/messages.ts';

const scheme = 'palimpsest-methods';

/** The command that shows the methods and their hyperparameters, as a page that VS Code renders. */
export function registerMethods(): Disposable {
  const page = Uri.from({ scheme, path: '/methods.md' });
  return Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: async () => (await import('./methodsPage.ts')).methodsPage(),
    }),
    commands.registerCommand('palimpsest.edits.methods', () =>
      attempt(async () => await commands.executeCommand('markdown.showPreview', page)),
    ),
  );
}
