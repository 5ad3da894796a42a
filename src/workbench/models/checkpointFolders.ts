import path from 'node:path';
import { commands, type Disposable, type Event, EventEmitter, workspace } from 'vscode';
import { modelEntries } from '../../engine/safetensors/shards.ts';
import { Disposables } from '../disposables.ts';

const pattern = `**/{${modelEntries.join(',')}}`;
/** More folders than a person keeps in one workspace, few enough to list. */
const limit = 1000;

/**
 * The Hugging Face folders of the workspace: models stored as safetensors, which are reviewed and looked at but not
 * loaded. Their paths are the context key `palimpsest.checkpointFolders`, by which the explorer offers commands for them.
 */
export class CheckpointFolders implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  #folders: readonly string[] = [];

  constructor() {
    const watcher = this.#owned.add(workspace.createFileSystemWatcher(pattern, false, true, false));
    for (const event of [watcher.onDidCreate, watcher.onDidDelete]) {
      this.#owned.add(event(() => void this.refresh()));
    }
  }

  /** As far as they have been looked for. */
  known(): readonly string[] {
    return this.#folders;
  }

  /** Looks for them. */
  async refresh(): Promise<void> {
    const found = await workspace.findFiles(pattern, '**/node_modules/**', limit);
    const folders = found.filter(({ scheme }) => scheme === 'file').map(({ fsPath }) => path.dirname(fsPath));
    this.#folders = [...new Set(folders)].sort();
    void commands.executeCommand('setContext', 'palimpsest.checkpointFolders', this.#folders);
    this.#changed.fire();
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
