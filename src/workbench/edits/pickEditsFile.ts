import path from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import { Hint } from '../engine/hint.ts';
import type { Edits } from './edits.ts';
import type { ReadEditsFile } from './editsFiles.ts';

/**
 * The edits file that a command is about: the node or the file that it was given, else the only one, else the one that a
 * person picks; that of the selected edit comes first.
 *
 * @returns undefined when the person picks none
 */
export async function pickEditsFile(
  edits: Edits,
  given: unknown,
  placeHolder: string,
): Promise<ReadEditsFile | undefined> {
  await edits.list();
  const uri = fileOf(given);
  if (uri !== undefined) return edits.files.get(uri) ?? (await edits.files.open(uri));
  const files = edits.files.known().filter(({ content }) => (content?.edits.length ?? 0) > 0);
  const [first, ...others] = files;
  if (first === undefined) {
    throw new Hint(l10n.t('There is no edits file with an edit yet.'), {
      title: l10n.t('New Edit...'),
      command: 'palimpsest.edits.new',
    });
  }
  if (others.length === 0) return first;
  const near = edits.selected?.file.toString();
  const items = files
    .toSorted((a, b) => Number(b.uri.toString() === near) - Number(a.uri.toString() === near))
    .map((file) => ({
      label: path.basename(file.uri.fsPath),
      description: workspace.asRelativePath(path.dirname(file.uri.fsPath)),
      detail: counted(file),
      file,
    }));
  return (await window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.file;
}

/** The edits file that a command is given: a file, or the node of one. */
export function fileOf(given: unknown): Uri | undefined {
  if (given instanceof Uri) return given;
  const uri = typeof given === 'object' && given !== null ? Reflect.get(given, 'uri') : undefined;
  return uri instanceof Uri ? uri : undefined;
}

function counted({ content }: ReadEditsFile): string {
  const count = content?.edits.length ?? 0;
  return count === 1 ? l10n.t('1 edit') : l10n.t('{0} edits', count);
}
