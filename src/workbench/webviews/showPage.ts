import { env, l10n, Uri, type Webview } from 'vscode';
import type { PageContract } from '../../protocol/webview.ts';
import { pageHtml } from './pageHtml.ts';
import { type Handlers, type ServedPage, servePage } from './servePage.ts';

/** The pages that `scripts/build.mjs` bundles, by the names of their folders in `webview`. */
export type PageName = 'header' | 'inspector' | 'review' | 'edits' | 'task';

/**
 * Loads a page into a webview and answers it. Only what was bundled for the pages can be loaded there. The caller
 * disposes of what it gets together with the webview.
 */
export function showPage<C extends PageContract>(
  webview: Webview,
  extension: Uri,
  name: PageName,
  title: string,
  handlers: Handlers<C>,
): ServedPage<C> {
  const folder = Uri.joinPath(extension, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  const served = servePage(webview, handlers, { messages: l10n.bundle ?? null });
  const file = (suffix: string) => webview.asWebviewUri(Uri.joinPath(folder, `${name}.${suffix}`)).toString();
  const files = { script: file('js'), style: file('css'), source: webview.cspSource };
  webview.html = pageHtml(files, title, env.language);
  return served;
}
