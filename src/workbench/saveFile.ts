import path from 'node:path';
import { commands, l10n, Uri, window } from 'vscode';
import { message } from '../text/labels.ts';
import { writeFile } from './writeFile.ts';

/**
 * Saves what a page has made where a person chooses to, beside a file at first, and offers to open it.
 *
 * @param name to propose, without its ending
 */
export async function saveFile(
  content: string | Uint8Array,
  ending: string,
  name: string,
  beside: Uri,
): Promise<void> {
  // the name comes from a page that shows what files say: no path of theirs is followed
  const file = `${path.basename(name).replace(/[^\p{L}\p{N}._-]+/gu, '-')}.${ending}`;
  const target = await window.showSaveDialog({
    defaultUri: Uri.joinPath(beside, '..', file),
    filters: { [ending.toUpperCase()]: [ending] },
  });
  if (target === undefined) return;
  await writeFile(target, content);
  const open = l10n.t('Open');
  const answer = await window.showInformationMessage(
    message(l10n.t('Saved {0}.', path.basename(target.path))),
    open,
  );
  if (answer === open) await commands.executeCommand('vscode.open', target);
}
