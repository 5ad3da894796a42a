import path from 'node:path';
import { type Uri, workspace } from 'vscode';
import { writeWhole } from '../engine/files/atomicWrite.ts';
import { makeFolder } from '../engine/files/makeFolder.ts';

/** Writes a file and the folders above it: whole or not at all on a disk, elsewhere as the place's provider does. */
export async function writeFile(target: Uri, content: string | Uint8Array): Promise<void> {
  if (target.scheme !== 'file') {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    return await workspace.fs.writeFile(target, bytes);
  }
  await makeFolder(path.dirname(target.fsPath));
  await writeWhole(target.fsPath, content);
}
