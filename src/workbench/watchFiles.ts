import path from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import { Disposables } from './disposables.ts';

/** Tells when one of some files, wherever they lie, is written anew or goes; until it is disposed of. */
export function watchFiles(files: readonly string[], changed: () => void): Disposables {
  const watching = new Disposables();
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    // a name may hold what a pattern gives a meaning to, so the folder is watched
    const pattern = new RelativePattern(Uri.file(folder), '*');
    const watcher = watching.add(workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      watching.add(event(({ fsPath }) => files.includes(fsPath) && changed()));
    }
  }
  return watching;
}
