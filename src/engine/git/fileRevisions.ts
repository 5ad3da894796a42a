import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { askGit, type Repository } from './git.ts';

/** A commit in which a file was changed. */
export interface FileRevision {
  readonly commit: string;
  /** Branches and tags that point to it, as git writes them. */
  readonly refs: string;
  readonly author: string;
  readonly date: Date;
  /** The subject of the commit's message. */
  readonly subject: string;
}

/** What separates the fields of a commit: no message holds it, as git cuts messages there. */
const separator = '\0';
const fields = ['%H', '%D', '%an', '%ct', '%s'];

/**
 * The revisions of a file, the latest first; those in which it was deleted are left out.
 *
 * @param below the file's path in the repository, with slashes
 * @param which as `git log` takes it: `--all`, a commit, `--max-count=2`
 */
export async function fileRevisions(
  repository: Repository,
  below: string,
  which: readonly string[],
): Promise<FileRevision[]> {
  const form = ['-z', `--format=${fields.join('%x00')}`, '--diff-filter=AMT'];
  const text = await askGit(repository, ['log', ...form, ...which, '--', `:(literal,top)${below}`]);
  return recordsOf(text.toString('utf8')).map(
    ([commit = '', refs = '', author = '', seconds, subject = '']) => ({
      commit,
      refs,
      author,
      subject,
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

/** The folder of the repository that a file lies in, and its path there. @throws InputError where it lies in none */
export async function placeInRepository(
  file: string,
  repositoryOf: (folder: string) => Repository = (folder) => ({ folder }),
): Promise<{ readonly root: string; readonly below: string }> {
  const real = await realpath(file);
  const asked = await askGit(repositoryOf(path.dirname(real)), ['rev-parse', '--show-toplevel']);
  const root = asked.toString('utf8').trim();
  const below = path
    .relative(await realpath(root), real)
    .split(path.sep)
    .join('/');
  return { root, below };
}
