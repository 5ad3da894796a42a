import { type FileRevision, fileRevisions, placeInRepository } from '../../../engine/git/fileRevisions.ts';
import { askGit } from '../../../engine/git/git.ts';
import type { RevisionSide } from '../side.ts';
import { trusted } from './git.ts';

/** A commit in which a file was changed. */
export interface Revision extends Pick<FileRevision, 'refs' | 'author' | 'date'> {
  readonly side: RevisionSide;
}

/** More revisions of one checkpoint than a person looks through. */
const limit = 300;

/**
 * The revisions of a file on all branches, the latest first; those in which it was deleted are left out.
 *
 * @throws InputError where the file lies in no repository
 */
export async function revisionsOf(file: string): Promise<Revision[]> {
  const { root, below } = await placeInRepository(file, trusted);
  return await log(root, below, ['--all', `--max-count=${limit}`]);
}

/** The revision that another was made from: the last before it on its own branch. @returns undefined for the first */
export async function revisionBefore({
  repository,
  path: below,
  commit,
}: RevisionSide): Promise<Revision | undefined> {
  const [, before] = await log(repository, below, ['--max-count=2', commit]);
  return before;
}

/** Does the revision hold the file? */
export async function isInRevision({ repository, path: below, commit }: RevisionSide): Promise<boolean> {
  const found = await askGit(trusted(repository), ['cat-file', '-e', `${commit}:${below}`]).catch(
    () => undefined,
  );
  return found !== undefined;
}

async function log(repository: string, below: string, which: readonly string[]): Promise<Revision[]> {
  const found = await fileRevisions(trusted(repository), below, which);
  return found.map(({ commit, subject, ...revision }) => ({
    ...revision,
    side: { kind: 'revision', repository, path: below, commit, subject },
  }));
}
