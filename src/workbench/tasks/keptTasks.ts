import { Uri } from 'vscode';
import type { Task } from '../../protocol/tasks.ts';
import { KeptFiles } from '../keptFiles.ts';

/** Results that are kept: more than anyone goes back to. */
const limit = 50;

/** What tasks were asked for and found. */
export class KeptTasks {
  readonly #files: KeptFiles<Task>;

  constructor(storage: Uri) {
    const parse = async (value: unknown) => (await import('../../protocol/tasks.ts')).Task.parse(value);
    this.#files = new KeptFiles(Uri.joinPath(storage, 'tasks'), { limit, parse });
  }

  save(task: Task): Promise<void> {
    return this.#files.save(task.id, task);
  }

  /** @returns undefined where there is none, or one that another version of the tool has kept */
  load(id: string): Promise<Task | undefined> {
    return this.#files.load(id);
  }

  /** The latest first; what another version of the tool has kept is not among them. */
  async list(): Promise<Task[]> {
    return (await this.#files.list()).sort((a, b) => b.at - a.at);
  }
}
