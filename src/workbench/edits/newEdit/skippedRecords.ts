import path from 'node:path';
import { type Disposable, Uri, window, workspace } from 'vscode';
import type { Imported } from '../../../protocol/engine.ts';

const scheme = 'palimpsest-skipped';
const contents = new Map<string, string>();

/** Documents that list which records of a data set were left out; nobody is asked to save them. */
export function registerSkippedRecords(): Disposable {
  return workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: (uri) => contents.get(uri.toString()) ?? '',
  });
}

/** Shows each record that was left out, with its line and the reason. */
export async function showSkipped(records: Uri, skipped: Imported['skipped']): Promise<void> {
  const name = path.basename(records.fsPath);
  const lines = skipped.map(({ line, index, reason }) => `${name}:${line}: record ${index}: ${reason}`);
  // a later import of the same file is another document
  const uri = Uri.from({ scheme, path: `${records.path}.skipped.txt`, query: String(contents.size) });
  contents.set(uri.toString(), `${lines.join('\n')}\n`);
  await window.showTextDocument(await workspace.openTextDocument(uri));
}
