import { commands, type Disposable, env, l10n, Uri, window } from 'vscode';
import type { Edits } from '../edits/edits.ts';
import { attempt } from '../engine/messages.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { layerOf, type ModelNode } from './modelNodes.ts';
import type { Models } from './models.ts';
import { pickModel } from './pickModel.ts';
import { sweepLayers } from './sweepLayers.ts';

interface Parts {
  readonly models: Models;
  readonly edits: Edits;
  readonly tasks: Tasks;
}

/** The commands of the list of models. Each takes a node of the tree, a file, or asks. */
export function registerModelCommands({ models, edits, tasks }: Parts): Disposable[] {
  const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.models.${name}`, (given: unknown) => attempt(() => action(given)));
  return [
    command('open', async () => {
      const filters = { [l10n.t('GGUF models')]: ['gguf'] };
      const files = await window.showOpenDialog({ filters, canSelectMany: true, openLabel: l10n.t('Open') });
      for (const file of files ?? []) await models.open(file);
    }),
    command('load', async (given) => {
      const entry = await pickModel(models, given, {
        fits: ({ state }) => state !== 'ready',
        none: l10n.t('All models of this window are loaded.'),
      });
      if (entry !== undefined) await models.load(entry.path);
    }),
    command('unload', async (given) => {
      const entry = await pickModel(models, given, {
        fits: ({ state }) => state === 'ready',
        none: l10n.t('No model is loaded.'),
        remedy: { title: l10n.t('Load Model'), command: 'palimpsest.models.load' },
      });
      if (entry !== undefined) await models.unload(entry.path);
    }),
    command('remove', async (given) => {
      const entry = await pickModel(models, given, {
        fits: ({ path }) => models.isOpened(path),
        none: l10n.t('All models are in this folder; only models opened from elsewhere can be removed.'),
      });
      if (entry !== undefined) await models.remove(entry.path);
    }),
    command('setBase', async (given) => {
      const entry = await pickModel(models, given);
      if (entry !== undefined) models.setBase(entry.path);
    }),
    command('showHeader', async (given) => {
      const entry = await pickModel(models, given);
      if (entry !== undefined) await commands.executeCommand('vscode.openWith', entry.uri, 'palimpsest.gguf');
    }),
    command('chooseTarget', async (given) => {
      const chosen = isNode(given) ? layerOfNode(given) : await askLayer(models, given);
      if (chosen === undefined) return;
      const { path, layer } = chosen;
      models.chooseTarget(path, { layer, reason: l10n.t('chosen manually') });
    }),
    command('clearTarget', async (given) => {
      const entry = await pickModel(models, given, {
        fits: ({ target }) => target?.chosen === true,
        none: l10n.t('No model has a manually chosen edit target.'),
      });
      if (entry !== undefined) models.chooseTarget(entry.path, undefined);
    }),
    command('sweepLayers', async (given) => {
      const entry = await pickModel(models, given);
      if (entry !== undefined) await sweepLayers(tasks, edits, entry);
    }),
    command('refresh', async () => {
      await models.refresh();
    }),
    command('copyDigest', async (given) => {
      const entry = await pickModel(models, given, {
        fits: ({ digest }) => digest !== undefined,
        none: l10n.t('The digest is known once the model has been loaded.'),
        remedy: { title: l10n.t('Load Model'), command: 'palimpsest.models.load' },
      });
      if (entry?.digest !== undefined) await env.clipboard.writeText(entry.digest);
    }),
  ];
}

type Target = { readonly path: string; readonly layer: number };

function isNode(given: unknown): given is ModelNode {
  return typeof given === 'object' && given !== null && 'kind' in given && !(given instanceof Uri);
}

function layerOfNode(node: ModelNode): Target | undefined {
  const layer = node.kind === 'layer' ? node.layer : node.kind === 'tensor' ? layerOf(node.name) : undefined;
  return layer === undefined ? undefined : { path: node.path, layer };
}

/** The layers that can be edited, with what the engine proposes marked. */
async function askLayer(models: Models, given: unknown): Promise<Target | undefined> {
  const entry = await pickModel(models, given);
  if (entry === undefined) return undefined;
  const layers = (entry.targets ?? []).filter(({ editable }) => editable).map(({ layer }) => layer);
  const items = layers.map((layer) => ({
    label: l10n.t('Layer {0}', layer),
    description: layer === entry.proposed?.layer ? l10n.t('proposed: {0}', entry.proposed.reason) : '',
    layer,
  }));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the layer whose down-projection edits change'),
  });
  return picked === undefined ? undefined : { path: entry.path, layer: picked.layer };
}
