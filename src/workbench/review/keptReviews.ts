import { createHash } from 'node:crypto';
import { Uri, workspace } from 'vscode';
import { KeptFiles } from '../keptFiles.ts';
import type { KeptReview } from './keptReview.ts';

/** Reviews that are kept: more than a window has panels. */
const limit = 20;

/** Which review one is: that of the same two checkpoints. */
export function reviewId({ base, candidate }: Pick<KeptReview, 'base' | 'candidate'>): string {
  return createHash('sha256')
    .update(JSON.stringify([base, candidate]))
    .digest('hex')
    .slice(0, 32);
}

/** What reviews found, and the patches that undo it. */
export class KeptReviews {
  readonly #folder: Uri;
  readonly #files: KeptFiles<KeptReview>;

  constructor(storage: Uri) {
    this.#folder = Uri.joinPath(storage, 'reviews');
    const parse = async (value: unknown) => (await import('./keptReview.ts')).KeptReview.parse(value);
    this.#files = new KeptFiles(this.#folder, { limit, parse });
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

  save(review: KeptReview): Promise<void> {
    return this.#files.save(reviewId(review), review);
  }

  /** @returns undefined where there is none, or one that another version of the tool has kept */
  load(id: string): Promise<KeptReview | undefined> {
    return this.#files.load(id);
  }

  /** All that this version of the tool can read, in no order. */
  list(): Promise<KeptReview[]> {
    return this.#files.list();
  }
}
