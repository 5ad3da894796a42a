import path from 'node:path';
import {
  type CustomDocument,
  type CustomReadonlyEditorProvider,
  Disposable,
  RelativePattern,
  Uri,
  type WebviewPanel,
  window,
  workspace,
} from 'vscode';
import type { HeaderPage, HeaderView, Surroundings } from '../../protocol/headerPage.ts';
import { Disposables } from '../disposables.ts';
import type { EngineService } from '../engine/engineService.ts';
import { attempt } from '../engine/messages.ts';
import type { CheckpointFolders } from '../models/checkpointFolders.ts';
import type { ModelEntry } from '../models/modelEntry.ts';
import type { Models } from '../models/models.ts';
import { showPage } from '../webviews/showPage.ts';
import { actionsFor } from './actionsFor.ts';
import { act, knownActions } from './headerActions.ts';
import { HeaderFile, type ShownFile } from './headerFile.ts';
import { loadProblem } from './loadProblem.ts';
import { SafetensorsFile } from './safetensorsFile.ts';
import { chooseTensor, targetsIn } from './tensorTarget.ts';
import { pathOf, sourcesBeside } from './uriSource.ts';

/** Values of a tensor that are shown at a time. */
const WINDOW = { rows: 16, columns: 12 };

/** A file that is being written tells so many times; it is read again when it has been quiet for so long, in ms. */
const QUIET = 500;

/** One for each format, so that each is chosen and left by itself. */
const viewTypes = ['palimpsest.gguf', 'palimpsest.safetensors'] as const;

interface HeaderParts {
  readonly extension: Uri;
  readonly engine: EngineService;
  readonly models: Models;
  readonly folders: CheckpointFolders;
}

/**
 * Opens every .gguf and .safetensors file, model or patch, and the index of several, on a page that shows its header.
 * Nothing but the header is read.
 */
export function registerHeaderEditor(parts: HeaderParts): Disposable {
  const editor = new HeaderEditor(parts);
  const options = { supportsMultipleEditorsPerDocument: true, webviewOptions: { enableFindWidget: true } };
  return Disposable.from(
    ...viewTypes.map((viewType) => window.registerCustomEditorProvider(viewType, editor, options)),
  );
}

class HeaderEditor implements CustomReadonlyEditorProvider {
  readonly #extension: Uri;
  readonly #models: Models;
  readonly #folders: CheckpointFolders;
  readonly #engine: EngineService;
  #known: ReturnType<typeof knownActions> | undefined;

  constructor({ extension, models, folders, engine }: HeaderParts) {
    this.#extension = extension;
    this.#models = models;
    this.#folders = folders;
    this.#engine = engine;
  }

  openCustomDocument(uri: Uri): CustomDocument {
    return { uri, dispose: () => {} };
  }

  resolveCustomEditor({ uri }: CustomDocument, panel: WebviewPanel): void {
    const file = shownFile(uri);
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
          await act(action, uri.scheme === 'file' ? Uri.file(file.model) : uri);
          return null;
        },
        tensor: ({ name, base }, work) =>
          this.#engine.quietly((client) =>
            client.tensorDetail({ model: file.model, tensor: name, ...(base !== null && { base }) }, work),
          ),
        tensorWindow: ({ name, base, row, column }, work) => {
          const place = { row, column, rows: WINDOW.rows, columns: WINDOW.columns };
          const asked = { model: file.model, tensor: name, ...(base !== null && { base }), ...place };
          return this.#engine.quietly((client) => client.tensorWindow(asked, work));
        },
        chooseTarget: async ({ name }) => {
          await attempt(async () => chooseTensor(this.#models, await this.#entry(file.model), name));
          return null;
        },
      }),
    );
    owned.add(this.#models.onDidChange(() => void tell()));
    owned.add(this.#folders.onDidChange(() => void tell()));
    owned.add(workspace.onDidGrantWorkspaceTrust(() => void tell()));
    owned.add(onWritten(uri, () => served.push('changed', null)));
  }

  async #surroundings(uri: Uri, file: ShownFile, view: HeaderView | undefined): Promise<Surroundings> {
    this.#known ??= knownActions();
    const known = await this.#known;
    const trusted = workspace.isTrusted;
    const local = uri.scheme === 'file';
    const state = local ? this.#state(file.model) : null;
    const actions =
      view === undefined ? (['openWith'] as const) : actionsFor(view, { trusted, local, state });
    const entry = local ? this.#models.get(file.model) : undefined;
    const others = [...this.#models.known(), ...this.#folders.known().map(folderAsModel)].filter(
      (other) => other.path !== file.model,
    );
    return {
      readable: trusted && local && view !== undefined,
      bases: others.map(({ path: model, name }) => ({ path: model, name })),
      ...targetsIn(entry),
      trusted,
      state,
      freeMemory: process.availableMemory(),
      actions: actions.filter((action) => known.has(action)),
    };
  }

  /** The model of this file, which joins those of the window if need be. */
  async #entry(file: string): Promise<ModelEntry> {
    return this.#models.get(file) ?? (await this.#models.open(Uri.file(file)));
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

const isSafetensors = (uri: Uri): boolean => /\.safetensors(?:\.index\.json)?$/.test(uri.path);

function shownFile(uri: Uri): ShownFile {
  if (!isSafetensors(uri)) return new HeaderFile(pathOf(uri), sourcesBeside(uri), loadProblem);
  return new SafetensorsFile(pathOf(uri), uri.scheme === 'file' ? undefined : sourcesBeside(uri));
}

const folderAsModel = (folder: string) => ({ path: folder, name: path.basename(folder) });

/** Of safetensors all that the page reads: shards, index, config, template and card lie beside each other. */
function onWritten(uri: Uri, changed: () => void): Disposable {
  const folder = Uri.joinPath(uri, '..');
  const files = isSafetensors(uri) ? '*.{safetensors,json,jinja,md}' : path.posix.basename(uri.path);
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, files));
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
