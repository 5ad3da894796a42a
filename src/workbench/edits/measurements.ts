import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Uri, workspace } from 'vscode';
import { writeFile } from '../writeFile.ts';
import type { Measurement } from './editEntry.ts';

/** What edits were measured to change, kept in the window's storage until their patch files change. */
export class Measurements {
  readonly #folder: Uri;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'measured');
  }

  async save(key: string, patch: string, { edit, summary }: Measurement): Promise<void> {
    const text = JSON.stringify({ stamp: await stampOf(patch), edit, summary });
    await writeFile(this.#fileOf(key), text);
  }

  /** @returns undefined where nothing fits: never measured, the patch is another one, or an earlier version's file */
  async load(key: string, patch: string): Promise<Measurement | undefined> {
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(this.#fileOf(key)));
      const { Kept } = await import('./keptMeasurement.ts');
      const { stamp, edit, summary } = Kept.parse(JSON.parse(text));
      return stamp === (await stampOf(patch)) ? { edit, summary } : undefined;
    } catch {
      return undefined;
    }
  }

  #fileOf(key: string): Uri {
    return Uri.joinPath(this.#folder, `${createHash('sha256').update(key).digest('hex')}.json`);
  }
}

async function stampOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  return `${size} ${mtimeMs}`;
}
