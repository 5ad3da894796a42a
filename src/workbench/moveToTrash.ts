import path from 'node:path';
import { l10n, type Uri, window, workspace } from 'vscode';

/**
 * Moves a file to the trash; where there is none, as on many remote machines, asks to delete it for good, as VS Code's
 * explorer does.
 *
 * @returns whether it is gone
 */
export async function moveToTrash(file: Uri): Promise<boolean> {
  try {
    await workspace.fs.delete(file, { useTrash: true });
    return true;
  } catch (error) {
    const remove = l10n.t('Delete Permanently');
    const question = l10n.t(
      '{0} cannot be moved to the trash. Delete it permanently?',
      path.basename(file.path),
    );
    const detail = error instanceof Error ? error.message : String(error);
    if ((await window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove) return false;
    await workspace.fs.delete(file);
    return true;
  }
}
