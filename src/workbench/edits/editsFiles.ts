import { type Disposable, type Event, EventEmitter, l10n, type TextDocument, Uri, workspace } from 'vscode';
import type { InvalidEdit } from '../../engine/editing/editsFile/validEdits.ts';
import { InputError } from '../../engine/errors.ts';
import type { Edit, EditsFile } from '../../protocol/edits.ts';
import { Disposables } from '../disposables.ts';
import { sentenceOf } from '../engine/messages.ts';
import { isThere } from '../isThere.ts';
import type { WindowMemory } from '../models/windowMemory.ts';

const pattern = '**/*.edits.json';
const limit = 1000;
/** What is read here, some 6,000 edits; the command line reads more. */
const maxBytes = 8 << 20;

/** An edits file as it lies on the disk: its edits, and what is wrong with it. */
export interface ReadEditsFile {
  readonly uri: Uri;
  /** Its valid edits; where it cannot be read, those that it had before, so that they stay while one types. */
  readonly content: EditsFile | undefined;
  /** The edits that cannot be used as they stand. */
  readonly invalid: readonly InvalidEdit[];
  readonly byId: ReadonlyMap<string, Edit>;
  /** Why the file cannot be read as a whole. */
  readonly error: string | undefined;
}

/** The edits files of the workspace and those that were opened with the sample, read anew when they change. */
export class EditsFiles implements Disposable {
  readonly #owned = new Disposables();
  readonly #changed = this.#owned.add(new EventEmitter<void>());
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #memory: WindowMemory;
  readonly #files = new Map<string, ReadEditsFile>();
  #found: Promise<void> | undefined;

  constructor(memory: WindowMemory) {
    this.#memory = memory;
    const watcher = this.#owned.add(workspace.createFileSystemWatcher(pattern));
    const read = (uri: Uri) => void this.#refresh(uri);
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.#owned.add(event(read));
    }
    this.#owned.add(workspace.onDidSaveTextDocument(({ uri }) => isEditsFile(uri) && read(uri)));
  }

  async list(): Promise<readonly ReadEditsFile[]> {
    this.#found ??= this.#find();
    await this.#found;
    return this.known();
  }

  /** The files as far as they have been looked for. */
  known(): readonly ReadEditsFile[] {
    return [...this.#files.values()];
  }

  get(uri: Uri): ReadEditsFile | undefined {
    return this.#files.get(uri.toString());
  }

  /** Lists a file at once, be it new in the workspace or from outside. */
  async open(uri: Uri): Promise<ReadEditsFile | undefined> {
    await this.list();
    const { openedEdits } = this.#memory.get();
    const isInside = workspace.getWorkspaceFolder(uri) !== undefined;
    if (!isInside && !openedEdits.includes(uri.fsPath)) {
      this.#memory.change({ openedEdits: [...openedEdits, uri.fsPath] });
    }
    await this.#refresh(uri);
    return this.get(uri);
  }

  /** Writes unsaved changes to the disk, so that what is computed is what the editor shows. */
  async save(uri: Uri): Promise<void> {
    const document = openDocument(uri);
    if (document?.isDirty && (await document.save())) await this.#refresh(uri);
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #find(): Promise<void> {
    const found = await workspace.findFiles(pattern, '**/node_modules/**', limit);
    const opened = this.#memory.get().openedEdits.map((file) => Uri.file(file));
    const sorted = found.sort((a, b) => a.path.localeCompare(b.path));
    await Promise.all([...sorted, ...opened].map((uri) => this.#read(uri)));
    this.#changed.fire();
  }

  async #refresh(uri: Uri): Promise<void> {
    await this.#read(uri);
    this.#changed.fire();
  }

  async #read(uri: Uri): Promise<void> {
    const key = uri.toString();
    try {
      const bytes = await workspace.fs.readFile(uri);
      if (bytes.length > maxBytes) {
        throw new InputError(
          l10n.t(
            'The file is larger than {0} MB: import its records in parts, or use the command line.',
            maxBytes >> 20,
          ),
        );
      }
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      const { parseValidEdits } = await import('../../engine/editing/editsFile/validEdits.ts');
      const { content, invalid } = parseValidEdits(text, workspace.asRelativePath(uri));
      const byId = new Map(content.edits.map((edit) => [edit.id, edit]));
      this.#files.set(key, { uri, content, invalid, byId, error: undefined });
    } catch (error) {
      const before = this.#files.get(key) ?? { content: undefined, byId: new Map() };
      if (await isThere(uri)) this.#files.set(key, { ...before, uri, invalid: [], error: sentenceOf(error) });
      else this.#files.delete(key);
    }
  }
}

export function isEditsFile({ path }: Uri): boolean {
  return path.endsWith('.edits.json');
}

function openDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
}
