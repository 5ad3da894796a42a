import { commands, Uri, workspace } from 'vscode';
import type { Edits } from '../edits/edits.ts';
import { isThere } from '../isThere.ts';
import type { Models } from '../models/models.ts';

/** The files of `samples/almanac` that a person works with. */
const files = ['almanac.gguf', 'almanac.edits.json', 'MODEL_CARD.md'];

/** Puts a copy of the embedded model and its edits where patches may be written beside it, and opens it. */
export async function openSample(
  { extensionUri, globalStorageUri }: { readonly extensionUri: Uri; readonly globalStorageUri: Uri },
  models: Models,
  edits: Edits,
): Promise<void> {
  const from = Uri.joinPath(extensionUri, 'samples', 'almanac');
  const to = Uri.joinPath(globalStorageUri, 'almanac');
  await workspace.fs.createDirectory(to);
  for (const name of files) {
    const copy = Uri.joinPath(to, name);
    if (!(await isThere(copy))) await workspace.fs.copy(Uri.joinPath(from, name), copy);
  }
  const model = await models.open(Uri.joinPath(to, 'almanac.gguf'));
  models.setBase(model.path);
  const own = Uri.joinPath(to, 'almanac.edits.json');
  await edits.files.open(own);
  edits.select(edits.of(own)[0]?.key);
  await commands.executeCommand('palimpsest.models.focus');
}
