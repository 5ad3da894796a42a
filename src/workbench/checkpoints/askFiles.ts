import { lstat } from 'node:fs/promises';
import { l10n, Uri, window } from 'vscode';
import type { Models } from '../models/models.ts';
import { pickModel } from '../models/pickModel.ts';

/** Asks for a file. @returns its path; undefined where one gives up */
export async function askOpen(
  title: string,
  filters: Record<string, string[]>,
  beside: Uri,
): Promise<string | undefined> {
  const [file] =
    (await window.showOpenDialog({ title, filters, defaultUri: beside, openLabel: l10n.t('Choose') })) ?? [];
  return file?.fsPath;
}

/** From what a checkpoint is built again. */
interface Made {
  readonly base: string;
  readonly patches: string[];
}

/** Whether it is built again, in the words of the command. */
interface Rebuilding {
  readonly question: string;
  readonly no: string;
  readonly yes: string;
  readonly detail: string;
}

/**
 * Asks whether a checkpoint is built again from its base and patches, and from which.
 *
 * @returns null where it is not; undefined where one gives up
 */
export async function askMade(
  models: Models,
  file: string,
  { question, no, yes, detail }: Rebuilding,
): Promise<Made | null | undefined> {
  const items = [
    { label: no, rebuilds: false },
    { label: yes, detail, rebuilds: true },
  ];
  const picked = await window.showQuickPick(items, { placeHolder: question, ignoreFocusOut: true });
  if (picked === undefined || !picked.rebuilds) return picked && null;
  const base = await pickModel(models, undefined, {
    fits: (entry) => entry.path !== file,
    none: l10n.t('The base of the checkpoint is not among the models of this window.'),
  });
  const patches = base && (await askPatchFiles(Uri.file(file)));
  return base && patches && { base: base.path, patches };
}

async function askPatchFiles(beside: Uri): Promise<string[] | undefined> {
  const files = await window.showOpenDialog({
    title: l10n.t('The Patches That the Checkpoint Holds'),
    filters: { [l10n.t('Patches')]: ['gguf'] },
    canSelectMany: true,
    defaultUri: beside,
    openLabel: l10n.t('Choose'),
  });
  return files?.map(({ fsPath }) => fsPath);
}

export const keyFiles = (): Record<string, string[]> => ({
  [l10n.t('Keys')]: ['pem', 'pub', 'key', 'crt', 'cer'],
});

/**
 * Whether links are followed: asked only where the file is one, as in the cache of Hugging Face.
 *
 * @returns undefined where one gives up
 */
export async function askLinks(file: string): Promise<{ allowSymlinks?: true } | undefined> {
  const isLink = await lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (!isLink) return {};
  const follow = l10n.t('Follow the Link');
  const detail = l10n.t('The file it points to is signed or verified.');
  const answer = await window.showWarningMessage(
    l10n.t('{0} is a symbolic link.', file),
    { modal: true, detail },
    follow,
  );
  return answer === follow ? { allowSymlinks: true } : undefined;
}
