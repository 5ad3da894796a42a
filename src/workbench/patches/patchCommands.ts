import { commands, type Disposable, l10n, Uri, window } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import type { Edits } from '../edits/edits.ts';
import { attempt } from '../engine/messages.ts';
import { pickModel } from '../models/pickModel.ts';
import { askStrength } from './askStrength.ts';
import type { PatchNode } from './patchesTree.ts';
import { showHistory } from './showHistory.ts';
import type { SwitchLog } from './switchLog.ts';
import type { SwitchPatches } from './switchPatches.ts';

/** The commands of what is switched on. Each takes a node of the list, a file, or asks. */
export function registerPatchCommands(switching: SwitchPatches, edits: Edits, log: SwitchLog): Disposable[] {
  const { models } = switching;
  const command = (name: string, action: (given: unknown) => Promise<unknown>) =>
    commands.registerCommand(`palimpsest.patches.${name}`, (given: unknown) => attempt(() => action(given)));
  const onPatch = (name: string, action: (node: PatchNode) => Promise<unknown>) =>
    command(name, async (given) => {
      const node = isNode(given) ? given : await pickPatch(switching);
      if (node !== undefined) await action(node);
    });
  return [
    command('import', async (given) => {
      const file = given instanceof Uri ? given : await askFile();
      const model = models.base ?? (await pickModel(models, undefined));
      if (file === undefined || model === undefined) return;
      await switching.apply(model.path, { path: file.fsPath, strength: 1 });
    }),
    onPatch('revert', ({ model, path }) => switching.revert(model, path)),
    command('revertAll', async () => {
      for (const { path, applied } of models.known()) if (applied.length > 0) await switching.revertAll(path);
    }),
    command('history', () => showHistory(log, switching, edits)),
    onPatch('strength', async ({ model, path, strength }) => {
      const wished = await askStrength(strength);
      if (wished !== undefined) await switching.apply(model, { path, strength: wished });
    }),
    command('inspect', async (given) => {
      const file = fileOf(given) ?? (await pickPatch(switching))?.path;
      if (file === undefined) return;
      const edit = (await edits.list()).find(({ patch }) => patch === file);
      const on = models.known().find(({ applied }) => applied.some((patch) => patch.path === file));
      if (edit === undefined && on === undefined) {
        throw new InputError(l10n.t('{0} is not on; apply it, then see what it changes.', file));
      }
      if (edit !== undefined) edits.select(edit.key);
      await commands.executeCommand('palimpsest.inspector.open', on?.path);
    }),
    onPatch('show', async ({ path }) => {
      await commands.executeCommand('vscode.openWith', Uri.file(path), 'palimpsest.gguf');
    }),
  ];
}

function isNode(given: unknown): given is PatchNode {
  return typeof given === 'object' && given !== null && 'place' in given;
}

function fileOf(given: unknown): string | undefined {
  if (given instanceof Uri) return given.fsPath;
  return isNode(given) ? given.path : undefined;
}

async function pickPatch({ models }: SwitchPatches): Promise<PatchNode | undefined> {
  const nodes = models
    .known()
    .flatMap(({ path: model, applied }) => applied.map((patch, i) => ({ ...patch, model, place: i + 1 })));
  if (nodes.length === 0) throw new InputError(l10n.t('No patch is on.'));
  if (nodes.length === 1) return nodes[0];
  const items = nodes.map((node) => ({ label: node.path, description: node.model, node }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t('Choose a patch') }))?.node;
}

async function askFile(): Promise<Uri | undefined> {
  const filters = { [l10n.t('LoRA adapters')]: ['gguf'] };
  return (await window.showOpenDialog({ filters, openLabel: l10n.t('Apply') }))?.[0];
}
