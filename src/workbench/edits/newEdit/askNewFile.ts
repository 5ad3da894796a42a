import { l10n, type Uri, window } from 'vscode';
import { isEditsFile } from '../editsFiles.ts';

/** Asks where an edits file is to be written; the name that is given gets the ending that edits files have. */
export async function askNewFile(title: string, suggested: Uri | undefined): Promise<Uri | undefined> {
  const given = await window.showSaveDialog({
    title,
    // the dialogs of some systems take only the last part of an ending
    filters: { [l10n.t('Edits files')]: ['json'] },
    ...(suggested && { defaultUri: suggested }),
  });
  if (given === undefined || isEditsFile(given)) return given;
  return given.with({ path: `${given.path.replace(/\.json$/, '')}.edits.json` });
}
