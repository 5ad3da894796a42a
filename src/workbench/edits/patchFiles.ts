import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Uri } from 'vscode';
import type { PatchFile } from '../../engine/editing/patches/readPatch.ts';
import { sentenceOf } from '../engine/messages.ts';

/** What lies at a patch's place. */
export type FoundPatch = { readonly description: PatchFile['description'] } | { readonly damage: string };

/** Where the patch of an edit lies, so that Git shows both side by side: `NAME.patches/ID.patch.gguf`. */
export function patchPath(editsFile: Uri, id: string): string {
  return path.join(editsFile.fsPath.replace(/\.edits\.json$/, '.patches'), `${id}.patch.gguf`);
}

/** The descriptions of patch files, each read once for every version of the file. */
export class PatchFiles {
  readonly #read = new Map<string, { readonly stamp: string; readonly found: FoundPatch }>();

  /** @returns undefined when there is no such file */
  async look(file: string): Promise<FoundPatch | undefined> {
    const stamp = await stampOf(file);
    if (stamp === undefined) return undefined;
    const known = this.#read.get(file);
    if (known?.stamp === stamp) return known.found;
    const found = await read(file);
    this.#read.set(file, { stamp, found });
    return found;
  }
}

async function read(file: string): Promise<FoundPatch> {
  try {
    const { readPatch } = await import('../../engine/editing/patches/readPatch.ts');
    const { description } = await readPatch(file);
    return { description };
  } catch (error) {
    return { damage: sentenceOf(error) };
  }
}

/** Changes with the file; undefined where there is none. */
export async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}
