import { l10n, type TextDocument, type Uri, WorkspaceEdit, workspace } from 'vscode';
import { parseEdits, serialiseEdits } from '../../../engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../../engine/errors.ts';
import type { Edit, EditsFile } from '../../../protocol/edits.ts';
import { rangeOf } from '../language/editsDocuments.ts';
import type { Change } from '../language/fixes.ts';

/** Makes a new edits file. It can be undone like any change of the editor. */
export async function createFile(uri: Uri, model: EditsFile['model'], edit: Edit): Promise<void> {
  const contents = new TextEncoder().encode(serialiseEdits({ ...(model && { model }), edits: [edit] }));
  const change = new WorkspaceEdit();
  change.createFile(uri, { contents, overwrite: false });
  if (!(await workspace.applyEdit(change))) {
    throw new InputError(l10n.t('{0} cannot be written.', uri.fsPath));
  }
}

/** Changes the text of a file, which can be undone, and saves it. @throws InputError where it is not sound */
export async function changeFile(
  uri: Uri,
  changeIn: (content: EditsFile, text: string) => Change,
): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  const text = document.getText();
  const edit = new WorkspaceEdit();
  const change = changeIn(parseEdits(text, workspace.asRelativePath(uri)), text);
  edit.replace(uri, rangeOf(document, change), change.text);
  if (!(await workspace.applyEdit(edit)) || !(await saved(document))) {
    throw new InputError(l10n.t('{0} cannot be written.', uri.fsPath));
  }
}

const saved = async (document: TextDocument): Promise<boolean> =>
  !document.isDirty || (await document.save());
