import { type Disposable, type Event, EventEmitter, type Uri, workspace } from 'vscode';
import { Disposables } from '../disposables.ts';

const pattern = '**/*.gguf';
/** More files than a person keeps in one folder, few enough to list. */
const limit = 1000;
/** Parts of a split model behind the first, and patches: they are no models of their own. */
const noModel = /-(?!00001)\d{5}-of-\d{5}\.gguf$|\.patch\.gguf$/;

/** The GGUF files of the workspace that may be models, and word when one comes, goes or changes. */
export class ModelFiles implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new EventEmitter<Uri>());
  readonly onDidChange: Event<Uri> = this.#changed.event;

  constructor() {
    const watcher = this.#owned.add(workspace.createFileSystemWatcher(pattern));
    const tell = (uri: Uri) => {
      if (mayBeModel(uri)) this.#changed.fire(uri);
    };
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#owned.add(event(tell));
    }
  }

  async find(): Promise<Uri[]> {
    const found = await workspace.findFiles(pattern, '**/node_modules/**', limit);
    return found.filter(mayBeModel).sort((a, b) => a.path.localeCompare(b.path));
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

function mayBeModel(uri: Uri): boolean {
  return uri.scheme === 'file' && !noModel.test(uri.path);
}
