import { createHash } from 'node:crypto';
import { Uri, workspace } from 'vscode';
import { writeFile } from '../writeFile.ts';
import type { Measurement } from './editEntry.ts';

/** What edits were measured to change, kept in the window's storage. Each says which state of the model it holds for. */
export class Measurements {
  readonly #folder: Uri;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'measured');
  }

  async save(key: string, { edit, summary }: Measurement): Promise<void> {
    await writeFile(this.#fileOf(key), JSON.stringify({ edit, summary }));
  }

  /** @returns undefined where it was never measured, or by an earlier version */
  async load(key: string): Promise<Measurement | undefined> {
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(this.#fileOf(key)));
      const { Kept } = await import('./keptMeasurement.ts');
      return Kept.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  #fileOf(key: string): Uri {
    return Uri.joinPath(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}
