import path from 'node:path';
import {
  type CustomDocument,
  type CustomReadonlyEditorProvider,
  type Disposable,
  RelativePattern,
  Uri,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { HeaderPage, HeaderView, Surroundings } from '../../protocol/headerPage.ts';
import { Disposables } from '../disposables.ts';
import type { Models } from '../models/models.ts';
import { showPage } from '../webviews/showPage.ts';
import { actionsFor } from './actionsFor.ts';
import { act, knownActions } from './headerActions.ts';
import { HeaderFile } from './headerFile.ts';
import { pathOf, sourcesBeside } from './uriSource.ts';

/** A file that is being written tells so many times; it is read again when it has been quiet for so long, in ms. */
const QUIET = 500;

/** Opens every .gguf file, model or patch, on a page that shows its header. Nothing but the header is read. */
export function registerHeaderEditor(extension: Uri, models: Models): Disposable {
  return window.registerCustomEditorProvider('palimpsest.gguf', new HeaderEditor(extension, models), {
    supportsMultipleEditorsPerDocument: true,
    webviewOptions: { enableFindWidget: true },
  });
}

class HeaderEditor implements CustomReadonlyEditorProvider {
  readonly #extension: Uri;
  readonly #models: Models;
  #known: ReturnType<typeof knownActions> | undefined;

  constructor(extension: Uri, models: Models) {
    this.#extension = extension;
    this.#models = models;
  }

  openCustomDocument(uri: Uri): CustomDocument {
    return { uri, dispose: () => {} };
  }

  resolveCustomEditor({ uri }: CustomDocument, panel: WebviewPanel): void {
    const file = new HeaderFile(pathOf(uri), sourcesBeside(uri));
    const owned = new Disposables();
    panel.onDidDispose(() => owned.dispose());
    let view: HeaderView | undefined;

    const surroundings = () => this.#surroundings(uri, file, view);
    const tell = async () => served.push('surroundings', await surroundings());
    const served = owned.add(
      showPage<HeaderPage>(panel.webview, this.#extension, 'header', path.basename(uri.path), {
        async read(_, work) {
          view = await file.read(work);
          void tell();
          return view;
        },
        surroundings,
        items: ({ key, from }, work) => file.items(key, from, work),
        text: ({ key }) => file.text(key),
        async act(action) {
          await act(action, uri.scheme === 'file' ? Uri.file(file.first) : uri);
          return null;
        },
      }),
    );
    owned.add(this.#models.onDidChange(() => void tell()));
    owned.add(workspace.onDidGrantWorkspaceTrust(() => void tell()));
    owned.add(onWritten(uri, () => served.push('changed', null)));
  }

  async #surroundings(uri: Uri, file: HeaderFile, view: HeaderView | undefined): Promise<Surroundings> {
    this.#known ??= knownActions();
    const known = await this.#known;
    const trusted = workspace.isTrusted;
    const local = uri.scheme === 'file';
    const state = local ? this.#state(file.first) : null;
    const actions =
      view === undefined ? (['openWith'] as const) : actionsFor(view, { trusted, local, state });
    return {
      trusted,
      state,
      freeMemory: process.availableMemory(),
      actions: actions.filter((action) => known.has(action)),
    };
  }

  #state(file: string): Surroundings['state'] {
    const entry = this.#models.get(file);
    if (entry === undefined) return null;
    return {
      name: entry.state,
      base: this.#models.base?.path === file,
      patchesOn: entry.applied.length,
      stage: entry.stage ?? null,
      fraction: entry.fraction ?? null,
      error: entry.error ?? null,
    };
  }
}

function onWritten(uri: Uri, changed: () => void): Disposable {
  const folder = Uri.joinPath(uri, '..');
  const watcher = workspace.createFileSystemWatcher(
    new RelativePattern(folder, path.posix.basename(uri.path)),
  );
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET);
  };
  for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) event(later);
  return {
    dispose() {
      clearTimeout(timer);
      watcher.dispose();
    },
  };
}
