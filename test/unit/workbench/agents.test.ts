import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type {
  CancellationToken,
  ExtensionContext,
  LanguageModelTool,
  McpServerDefinitionProvider,
} from 'vscode';
import { withTools, withToolTitles } from '../../../scripts/manifest.ts';
import type { EngineApi } from '../../../src/engine/work/engineApi.ts';
import { registerAgents } from '../../../src/workbench/agents/registerAgents.ts';
import type { EngineService } from '../../../src/workbench/engine/engineService.ts';
import { engineWith } from '../engineWith.ts';
import { lm, workspace } from '../vscode.ts';

const tools = new Map<string, unknown>();
const providers = new Map<string, unknown>();
const keptIn = (kept: Map<string, unknown>) => (name: string, what: unknown) => {
  kept.set(name, what);
  return { dispose: () => kept.delete(name) };
};
vi.spyOn(lm, 'registerTool').mockImplementation(keptIn(tools));
vi.spyOn(lm, 'registerMcpServerDefinitionProvider').mockImplementation(keptIn(providers));

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const texts = JSON.parse(readFileSync('package.nls.json', 'utf8'));
const context = {
  extension: { packageJSON: manifest, extensionPath: '/extension' },
} as unknown as ExtensionContext;
const asked: unknown[] = [];
const targets: EngineApi['targets'] = async (params) => {
  asked.push(params);
  return { model: 'm', layers: [{ layer: 0, tensors: [], editable: true, reason: null }], proposed: null };
};
const titles: string[] = [];
const service = {
  run: (title: string, task: (client: EngineApi, work: object) => Promise<unknown>) => {
    titles.push(title);
    return task(engineWith({ targets }), {});
  },
} as unknown as EngineService;
const token = { onCancellationRequested: () => ({ dispose: () => {} }) } as unknown as CancellationToken;
const toolNamed = (name: string) => tools.get(name) as LanguageModelTool<object>;
const invoke = async (name: string, input: object) =>
  await toolNamed(name).invoke({ input, toolInvocationToken: undefined }, token);

let registered: { dispose(): void }[];
beforeEach(() => {
  registered = registerAgents(context, service);
});
afterEach(() => {
  for (const one of registered) one.dispose();
  expect(tools.size + providers.size).toBe(0);
  workspace.isTrusted = true;
});

it('declares in the manifest what the tools are; `npm run build:schemas` writes it', () => {
  expect(manifest).toEqual(withTools(manifest));
  expect(texts).toEqual(withToolTitles(texts));
  const declared = manifest.contributes.languageModelTools.map(({ name }: { name: string }) => name);
  expect([...tools.keys()]).toEqual(declared);
});

it('answers a call in the folder of the window', async () => {
  const result = await invoke('palimpsest_targets', { model: 'm.gguf' });
  expect(result).toMatchObject({ content: [{ value: 'Editable: 0' }] });
  expect(asked).toEqual([{ model: '/folder/m.gguf' }]);
  expect(titles).toEqual(['List the layers that can be edited']);
});

it('refuses input of another shape, and all in Restricted Mode', async () => {
  await expect(invoke('palimpsest_targets', { modl: 'm.gguf' })).rejects.toThrow(/model/);
  workspace.isTrusted = false;
  await expect(invoke('palimpsest_targets', { model: 'm.gguf' })).rejects.toThrow(/not trusted/);
});

it('asks before a file is written, and not before one is read', async () => {
  const prepare = async (name: string, input: object) =>
    await toolNamed(name).prepareInvocation?.({ input }, token);
  const edit = await prepare('palimpsest_edit', { out: 'a](command:x).patch.gguf' });
  expect(edit?.confirmationMessages?.message).toBe('This writes a new file: a]\\(command:x).patch.gguf');
  expect((await prepare('palimpsest_review', {}))?.confirmationMessages).toBeUndefined();
});

it('offers the server that the command line has', async () => {
  const provider = providers.get('palimpsest') as McpServerDefinitionProvider;
  const ids = manifest.contributes.mcpServerDefinitionProviders.map(({ id }: { id: string }) => id);
  expect(ids).toEqual(['palimpsest']);
  const [server] = (await provider.provideMcpServerDefinitions(token)) ?? [];
  expect(server).toMatchObject({
    command: process.execPath,
    args: ['/extension/dist/cli.js', 'mcp'],
    cwd: { fsPath: '/folder' },
  });
});
