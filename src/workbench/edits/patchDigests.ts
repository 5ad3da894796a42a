import { stampOf } from './patchFiles.ts';

/** The digests of what patch files add to a model, each computed once for every version of the file. */
export class PatchDigests {
  readonly #known = new Map<string, { readonly stamp: string; readonly digest: string | undefined }>();

  /** @returns undefined before it was looked at, and for a file that is no patch */
  of(file: string): string | undefined {
    return this.#known.get(file)?.digest;
  }

  /** @returns whether a digest is another now */
  async look(files: readonly string[]): Promise<boolean> {
    let changed = false;
    for (const file of files) {
      const stamp = await stampOf(file);
      const known = this.#known.get(file);
      if (stamp === undefined || known?.stamp === stamp) continue;
      const digest = await digestOf(file);
      this.#known.set(file, { stamp, digest });
      changed ||= digest !== known?.digest;
    }
    return changed;
  }
}

async function digestOf(file: string): Promise<string | undefined> {
  const { adapterDigest } = await import('../../engine/gguf/adapterDigest.ts');
  // what is wrong with the file is said where it is read as a patch
  return adapterDigest(file).catch(() => undefined);
}
