import { lstat } from 'node:fs/promises';
import { l10n, type Uri, window } from 'vscode';

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

/** Asks for the patches that a checkpoint holds. @returns undefined where one gives up */
export async function askPatchFiles(beside: Uri): Promise<string[] | undefined> {
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
  const detail = l10n.t('What it leads to is what is signed or verified.');
  const answer = await window.showWarningMessage(
    l10n.t('{0} is a symbolic link.', file),
    { modal: true, detail },
    follow,
  );
  return answer === follow ? { allowSymlinks: true } : undefined;
}
