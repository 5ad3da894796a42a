import path from 'node:path';
import { l10n, type QuickPickItem, QuickPickItemKind, type Uri, window } from 'vscode';
import { label } from '../../text/labels.ts';
import type { CheckpointFolders } from '../models/checkpointFolders.ts';
import type { Models } from '../models/models.ts';
import { askReference } from './askReference.ts';
import { fileSide, type Side } from './side.ts';

/** What a person can choose a checkpoint from. */
export interface Choices {
  readonly models: Models;
  readonly folders: CheckpointFolders;
}

/** One that can be chosen, or a way to it. */
export type CheckpointItem = QuickPickItem & { readonly choose?: () => Promise<Side | undefined> };

/** A checkpoint of this window. */
export interface KnownCheckpoint {
  readonly path: string;
  readonly name: string;
}

/** The models of the window, and the Hugging Face folders of the workspace. */
export async function knownCheckpoints({ models, folders }: Choices): Promise<KnownCheckpoint[]> {
  const listed = (await models.list()).map(({ path: file, name }) => ({ path: file, name }));
  await folders.refresh();
  return [...listed, ...folders.known().map((folder) => ({ path: folder, name: path.basename(folder) }))];
}

/** Ways to checkpoints that the window does not know. */
export const elsewhere = (): CheckpointItem[] => [
  { label: l10n.t('Another File…'), choose: askFile },
  { label: l10n.t('A Hugging Face Folder…'), choose: askFolder },
  { label: l10n.t('A Model on the Hugging Face Hub or the Web…'), choose: askReference },
];

export const separator: CheckpointItem = { label: '', kind: QuickPickItemKind.Separator };

/** The checkpoint that a command is about where it is given none. @returns undefined when a person picks none */
export async function askCheckpoint(choices: Choices): Promise<Side | undefined> {
  const known = await knownCheckpoints(choices);
  const items: CheckpointItem[] = [
    ...known.map(({ name, path: file }) => ({
      label: label(name),
      description: path.dirname(file),
      choose: async () => fileSide(file),
    })),
    separator,
    ...elsewhere(),
  ];
  const placeHolder = l10n.t('Choose a model');
  return await (await window.showQuickPick(items, { placeHolder }))?.choose?.();
}

async function askFile(): Promise<Side | undefined> {
  const filters = { [l10n.t('Models')]: ['gguf', 'safetensors', 'json'] };
  const [file]: Uri[] = (await window.showOpenDialog({ filters, openLabel: l10n.t('Choose') })) ?? [];
  return file === undefined ? undefined : fileSide(file.fsPath);
}

async function askFolder(): Promise<Side | undefined> {
  const options = { canSelectFiles: false, canSelectFolders: true, openLabel: l10n.t('Choose') };
  const [folder]: Uri[] = (await window.showOpenDialog(options)) ?? [];
  return folder === undefined ? undefined : fileSide(folder.fsPath);
}
