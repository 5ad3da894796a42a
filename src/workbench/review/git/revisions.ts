import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Side } from '../side.ts';
import { askGit } from './git.ts';

/** A commit in which a file was changed. */
export interface Revision {
  readonly side: Side & { readonly kind: 'revision' };
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
  const root = (await askGit(folder, ['rev-parse', '--show-toplevel'])).toString('utf8').trim();
  const below = path
    .relative(await realpath(root), real)
    .split(path.sep)
    .join('/');
  const log = ['log', '--all', `--max-count=${most}`, '--diff-filter=AMT', '-z'];
  const text = await askGit(root, [
    ...log,
    `--format=${fields.join('%x00')}`,
    '--',
    `:(literal,top)${below}`,
  ]);
  return recordsOf(text.toString('utf8')).map(
    ([commit = '', refs = '', author = '', seconds, subject = '']) => ({
      side: { kind: 'revision', repository: root, path: below, commit, subject },
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
