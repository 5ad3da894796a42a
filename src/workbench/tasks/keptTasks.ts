import { Uri, workspace } from 'vscode';
import type { Task } from '../../protocol/tasks.ts';
import { writeFile } from '../writeFile.ts';

/** Results that are kept: more than anyone goes back to. */
const most = 50;

/** What tasks were asked for and found, kept in the window's storage so that a page comes back after a reload. */
export class KeptTasks {
  readonly #folder: Uri;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'tasks');
  }

  async save(task: Task): Promise<void> {
    await writeFile(this.#fileOf(task.id), JSON.stringify(task));
    const all = await this.list();
    for (const { id } of all.slice(most)) await workspace.fs.delete(this.#fileOf(id));
  }

  /** @returns undefined where there is none, or one that another version of the tool has kept */
  async load(id: string): Promise<Task | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(this.#fileOf(id)));
      const { Task: schema } = await import('../../protocol/tasks.ts');
      return schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** The latest first; what another version of the tool has kept is not among them. */
  async list(): Promise<Task[]> {
    const names = await this.#names();
    const read = await Promise.all(names.map((name) => this.load(name)));
    return read.filter((task) => task !== undefined).sort((a, b) => b.at - a.at);
  }

  async #names(): Promise<string[]> {
    try {
      const found = await workspace.fs.readDirectory(this.#folder);
      return found.flatMap(([name]) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
    } catch {
      // nothing was kept in this window yet
      return [];
    }
  }

  #fileOf(id: string): Uri {
    return Uri.joinPath(this.#folder, `${id}.json`);
  }
}
