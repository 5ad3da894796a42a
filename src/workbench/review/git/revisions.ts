import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { askGit } from '../../../engine/git/git.ts';
import type { RevisionSide } from '../side.ts';
import { trusted } from './git.ts';

/** A commit in which a file was changed. */
export interface Revision {
  readonly side: RevisionSide;
  /** Branches and tags that point to it, as git writes them. */
  readonly refs: string;
  readonly author: string;
  readonly date: Date;
}

/** More revisions of one checkpoint than a person looks through. */
const most = 300;
/** What separates the fields of a commit: no message holds it, as git cuts messages there. */
const separator = '\0';
const fields = ['%H', '%D', '%an', '%ct', '%s'];

/**
 * The revisions of a file on all branches, the latest first; those in which it was deleted are left out.
 *
 * @throws InputError where the file lies in no repository
 */
export async function revisionsOf(file: string): Promise<Revision[]> {
  const real = await realpath(file);
  const folder = path.dirname(real);
  const root = (await askGit(trusted(folder), ['rev-parse', '--show-toplevel'])).toString('utf8').trim();
  const below = path
    .relative(await realpath(root), real)
    .split(path.sep)
    .join('/');
  return await log(root, below, ['--all', `--max-count=${most}`]);
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
  const form = ['-z', `--format=${fields.join('%x00')}`, '--diff-filter=AMT'];
  const text = await askGit(trusted(repository), ['log', ...form, ...which, '--', `:(literal,top)${below}`]);
  return recordsOf(text.toString('utf8')).map(
    ([commit = '', refs = '', author = '', seconds, subject = '']) => ({
      side: { kind: 'revision', repository, path: below, commit, subject },
      refs,
      author,
      date: new Date(Number(seconds) * 1000),
    }),
  );
}

/** The fields of each commit; `-z` ends a commit with the same sign. */
function recordsOf(text: string): string[][] {
  const parts = text.split(separator);
  return Array.from({ length: Math.floor(parts.length / fields.length) }, (_, index) =>
    parts.slice(index * fields.length, (index + 1) * fields.length),
  );
}
