import { createHash } from 'node:crypto';
import { Uri, workspace } from 'vscode';
import { writeFile } from '../writeFile.ts';
import type { KeptReview } from './keptReview.ts';

/** Reviews that are kept: more than a window has panels. */
const most = 20;

/** Which review one is: that of the same two checkpoints. */
export function reviewId({ base, candidate }: Pick<KeptReview, 'base' | 'candidate'>): string {
  return createHash('sha256')
    .update(JSON.stringify([base, candidate]))
    .digest('hex')
    .slice(0, 32);
}

/** What reviews found, kept in the window's storage so that a panel comes back after a reload. */
export class KeptReviews {
  readonly #folder: Uri;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'reviews');
  }

  /** Where the patch that undoes a review's finding is kept until a person has it written elsewhere. */
  async patchOf(id: string): Promise<Uri> {
    await workspace.fs.createDirectory(this.#folder);
    return this.placeOfPatch(id);
  }

  /** The same, whether it is there or not. */
  placeOfPatch(id: string): Uri {
    return Uri.joinPath(this.#folder, `${id}.patch.gguf`);
  }

  async save(review: KeptReview): Promise<void> {
    const file = this.#fileOf(reviewId(review));
    await writeFile(file, JSON.stringify(review));
    await this.#forgetOldest();
  }

  /** @returns undefined where there is none, or one that another version of the tool has kept */
  async load(id: string): Promise<KeptReview | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(this.#fileOf(id)));
      const { KeptReview: schema } = await import('./keptReview.ts');
      return schema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  async #forgetOldest(): Promise<void> {
    const names = (await workspace.fs.readDirectory(this.#folder)).map(([name]) => name);
    const reviews = names.filter((name) => name.endsWith('.json'));
    if (reviews.length <= most) return;
    const dated = await Promise.all(
      reviews.map(async (name) => {
        const { mtime } = await workspace.fs.stat(Uri.joinPath(this.#folder, name));
        return { id: name.slice(0, -'.json'.length), mtime };
      }),
    );
    for (const { id } of dated.sort((a, b) => b.mtime - a.mtime).slice(most)) {
      for (const name of names.filter((other) => other.startsWith(id))) {
        await workspace.fs.delete(Uri.joinPath(this.#folder, name));
      }
    }
  }

  #fileOf(id: string): Uri {
    return Uri.joinPath(this.#folder, `${id}.json`);
  }
}
