import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { Range, Selection, TextEditorRevealType, type ViewColumn, window, workspace } from 'vscode';
import type { EditEntry } from './editEntry.ts';

/** Shows an edit, or one of its values (`['probes', 'paraphrase', 2]`), in its file, with the cursor before it. */
export async function revealEdit(
  { file, id }: Pick<EditEntry, 'file' | 'id'>,
  below: readonly (string | number)[] = [],
  column?: ViewColumn,
): Promise<void> {
  const document = await workspace.openTextDocument(file);
  const editor = await window.showTextDocument(document, column);
  const root = parseTree(document.getText());
  const edits = root === undefined ? undefined : findNodeAtLocation(root, ['edits']);
  const edit = edits?.children?.find((child) => findNodeAtLocation(child, ['id'])?.value === id);
  const node = edit === undefined ? undefined : (findNodeAtLocation(edit, [...below]) ?? edit);
  if (node === undefined) return;
  const at = document.positionAt(node.offset);
  const range = new Range(at, document.positionAt(node.offset + node.length));
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
  editor.selection = new Selection(at, at);
}
