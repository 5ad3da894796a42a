import path from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import { Disposables } from './disposables.ts';

/** Tells when one of some files, or what lies in one of some folders, is written anew or goes; until it is disposed of. */
export function watchFiles(files: readonly string[], changed: () => void): Disposables {
  const watching = new Disposables();
  const isMeant = (file: string) => files.includes(file) || files.includes(path.dirname(file));
  // what is no folder holds nothing to be told of
  for (const folder of new Set(files.flatMap((file) => [path.dirname(file), file]))) {
    // a name may hold what a pattern gives a meaning to, so the folder is watched
    const pattern = new RelativePattern(Uri.file(folder), '*');
    const watcher = watching.add(workspace.createFileSystemWatcher(pattern));
    for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
      watching.add(event(({ fsPath }) => isMeant(fsPath) && changed()));
    }
  }
  return watching;
}
