import { type CustomDocument, Disposable, type Uri, type WebviewPanel, window } from 'vscode';
import { InputError } from '../engine/errors.ts';
import type { HeaderPage, Surroundings } from '../protocol/headerPage.ts';
import { act } from '../workbench/header/headerActions.ts';
import { HeaderFile, type ShownFile } from '../workbench/header/headerFile.ts';
import { SafetensorsFile } from '../workbench/header/safetensorsFile.ts';
import { sourcesBeside } from '../workbench/header/uriSource.ts';
import { showPage } from '../workbench/webviews/showPage.ts';

const viewTypes = ['palimpsest.gguf', 'palimpsest.safetensors'] as const;

/** Opens .gguf and .safetensors files on the page that shows their headers. There is no engine: nothing is computed. */
export function registerHeaderViewer(extension: Uri): Disposable {
  const viewer = {
    openCustomDocument: (uri: Uri): CustomDocument => ({ uri, dispose: () => {} }),
    resolveCustomEditor: ({ uri }: CustomDocument, panel: WebviewPanel) => show(uri, panel, extension),
  };
  const options = { supportsMultipleEditorsPerDocument: true };
  return Disposable.from(
    ...viewTypes.map((viewType) => window.registerCustomEditorProvider(viewType, viewer, options)),
  );
}

function show(uri: Uri, panel: WebviewPanel, extension: Uri): void {
  const file = shownFile(uri);
  const name = uri.path.split('/').at(-1) ?? uri.path;
  const page = showPage<HeaderPage>(panel.webview, extension, 'header', name, {
    read: (_, work) => file.read(work),
    surroundings: () => surroundings,
    items: ({ key, from }, work) => file.items(key, from, work),
    text: ({ key }) => file.text(key),
    async act(action) {
      await act(action, uri);
      return null;
    },
    tensor: withoutEngine,
    tensorWindow: withoutEngine,
    chooseTarget: withoutEngine,
  });
  panel.onDidDispose(() => page.dispose());
}

function shownFile(uri: Uri): ShownFile {
  const open = sourcesBeside(uri);
  if (/\.safetensors(?:\.index\.json)?$/.test(uri.path)) return new SafetensorsFile(uri.path, open);
  return new HeaderFile(uri.path, open, async () => null);
}

async function withoutEngine(): Promise<never> {
  throw new InputError('Values are read by the engine, which does not run in a browser.');
}

const surroundings: Surroundings = {
  readable: false,
  bases: [],
  editable: [],
  targets: [],
  trusted: true,
  freeMemory: 0,
  actions: ['openWith'],
  state: null,
};
