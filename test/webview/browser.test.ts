import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import type { BirpcReturn } from 'birpc';
import { expect, test } from 'vitest';
import type { HeaderView } from '../../src/protocol/headerPage.ts';
import { asking } from '../../src/rpc/asking.ts';
import { connectEnds } from '../../src/rpc/channel.ts';
import type { PageFunctions, PageHost } from '../../src/rpc/pageEnds.ts';
import { build, smallModel } from '../unit/gguf/build.ts';

/** The bundle for windows without a machine, in a world that has what a web worker has, and nothing of Node. */

interface Uri {
  readonly scheme: string;
  readonly path: string;
  with(change: { path: string }): Uri;
}

const uri = (at: string): Uri => ({
  ...{ scheme: 'vscode-vfs', path: at },
  with: ({ path: other }) => uri(other),
});

interface Provider {
  openCustomDocument(uri: Uri): { readonly uri: Uri };
  resolveCustomEditor(document: { readonly uri: Uri }, panel: unknown): unknown;
}

async function activated(files: Readonly<Record<string, Uint8Array>>) {
  const providers = new Map<string, Provider>();
  const commands = new Map<string, (given: unknown) => Promise<unknown>>();
  const panels: { readonly title: string; readonly webview: { html: string } }[] = [];
  const said: string[] = [];
  const nothing = { dispose: () => {} };
  class Disposable {
    static from = () => nothing;
    dispose() {}
  }
  const bytesOf = async ({ path: at }: Uri) => {
    const bytes = files[at];
    if (bytes === undefined) throw new Error('There is no such file.');
    return bytes;
  };
  // biome-ignore lint/complexity/noStaticOnlyClass: VS Code's Uri is a class, which is asked with instanceof
  const UriClass = class {
    static joinPath = (folder: Uri, ...names: string[]) => uri([folder.path, ...names].join('/'));
    static [Symbol.hasInstance] = (value: unknown) => typeof value === 'object' && value !== null;
  };
  const vscode = {
    ...{ Uri: UriClass, Disposable, ViewColumn: { Active: -1 }, env: { language: 'en' } },
    FileSystemError: class extends Error {},
    l10n: {
      t: (text: string, ...values: unknown[]) => text.replace(/\{(\d)\}/g, (_, at) => String(values[at])),
    },
    workspace: {
      isTrusted: true,
      fs: { readFile: bytesOf, stat: async (at: Uri) => ({ size: (await bytesOf(at)).length }) },
    },
    commands: {
      registerCommand: (name: string, run: (given: unknown) => Promise<unknown>) => {
        commands.set(name, run);
        return nothing;
      },
    },
    window: {
      registerCustomEditorProvider: (type: string, provider: Provider) => {
        providers.set(type, provider);
        return nothing;
      },
      createWebviewPanel: (_: string, title: string) => {
        const panel = { title, webview: { html: '' } };
        panels.push(panel);
        return panel;
      },
      showErrorMessage: async (text: string) => void said.push(text),
    },
  };
  const worker = {
    ...{ TextDecoder, TextEncoder, URL, AbortController, AbortSignal, crypto, btoa, atob, console },
    ...{ setTimeout, clearTimeout, queueMicrotask, performance, structuredClone, Uint8Array, ArrayBuffer },
  };
  const module = { exports: {} };
  const code = await readFile(path.join(process.cwd(), 'dist/browser.js'), 'utf8');
  const run = runInContext(`(function (require, module, exports) {${code}\n})`, createContext(worker));
  const required = (name: string) => {
    if (name !== 'vscode') throw new Error(`A browser has no module ${name}.`);
    return vscode;
  };
  run(required, module, module.exports);
  const { activate } = module.exports as { activate: (context: unknown) => void };
  activate({ extensionUri: uri('/extension'), subscriptions: [] });
  return { providers, commands, panels, said };
}

/** Opens a file in a custom editor, and is its page. */
async function pageOf(provider: Provider | undefined, at: string) {
  let toPage: (message: unknown) => void = () => {};
  let toHost: (message: unknown) => void = () => {};
  const webview = {
    ...{ options: {}, html: '', cspSource: 'https://palimpsest.test' },
    asWebviewUri: (file: Uri) => ({ toString: () => `https://palimpsest.test${file.path}` }),
    postMessage: async (message: unknown) => {
      toPage(structuredClone(message));
      return true;
    },
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      toHost = listener;
      return { dispose: () => {} };
    },
  };
  const document = provider?.openCustomDocument(uri(at));
  if (document === undefined) throw new Error('there is no editor for it');
  provider?.resolveCustomEditor(document, { webview, onDidDispose: () => ({ dispose: () => {} }) });
  const calls = asking(
    () => host,
    ({ name, message }) => Object.assign(new Error(message), { name }),
  );
  const host: BirpcReturn<PageHost, PageFunctions> = connectEnds<PageHost, PageFunctions>(
    { ...calls.functions, push: () => {} },
    {
      post: async (message) => toHost(structuredClone(message)),
      on: (listener) => {
        toPage = listener;
      },
    },
  );
  await host.start();
  return { html: webview.html, call: (method: string, params?: unknown) => calls.call(method, params, {}) };
}

test('the header of a model on a virtual file system is shown without an engine', async () => {
  const { providers } = await activated({ '/models/small.gguf': build(smallModel()) });
  const page = await pageOf(providers.get('palimpsest.gguf'), '/models/small.gguf');
  expect(page.html).toContain('/extension/dist/webview/header.js');
  const view = (await page.call('read')) as HeaderView;
  expect(view).toMatchObject({ kind: 'model', files: ['small.gguf'], architecture: 'llama', problem: null });
  expect(await page.call('surroundings')).toMatchObject({ readable: false, actions: ['openWith'] });
  await expect(page.call('tensor', { name: 'x', base: null })).rejects.toThrow('does not run in a browser');
});

test('a real model is read too, and a file that is none is refused in a sentence', async () => {
  const almanac = await readFile(path.join(process.cwd(), 'samples/almanac/almanac.gguf'));
  const { providers } = await activated({
    '/a.gguf': almanac,
    '/b.gguf': new TextEncoder().encode('no model'),
  });
  const page = await pageOf(providers.get('palimpsest.gguf'), '/a.gguf');
  expect(await page.call('read')).toMatchObject({ kind: 'model', title: 'almanac' });
  const broken = await pageOf(providers.get('palimpsest.gguf'), '/b.gguf');
  await expect(broken.call('read')).rejects.toThrow(/not a GGUF file/);
  const absent = await pageOf(providers.get('palimpsest.gguf'), '/c.gguf');
  await expect(absent.call('read')).rejects.toThrow(/cannot be read/);
});

test('a review as JSON is shown as its page', async () => {
  const json = await readFile(path.join(import.meta.dirname, 'review/brandenburg.json'), 'utf8');
  const { reviewed } = JSON.parse(json);
  const text = JSON.stringify({ version: 1, ...(reviewed ?? JSON.parse(json)) });
  const files = { '/r.json': new TextEncoder().encode(text), '/n.json': new TextEncoder().encode('{}') };
  const { commands, panels, said } = await activated(files);
  await commands.get('palimpsest.report.open')?.(uri('/r.json'));
  expect(said).toEqual([]);
  expect(panels[0]?.webview.html).toContain('Brandenburg');
  await commands.get('palimpsest.report.open')?.(uri('/n.json'));
  expect(said).toEqual([expect.stringContaining('n.json is not a review')]);
});
