import { copyFile, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { Work } from '../work/progress.ts';
import type { fetchRevision, RevisionFile } from './fetchRevision.ts';
import { askGit, type Repository } from './git.ts';

/** The files below a folder, or the one file, that a commit holds; none where it has nothing of that name. */
export async function filesInRevision(
  repository: Repository,
  { commit, path: below }: RevisionFile,
  signal?: AbortSignal,
): Promise<string[]> {
  const form = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit];
  const text = (await askGit(repository, [...form, '--', `:(literal,top)${below}`], signal)).toString('utf8');
  return text.split('\0').filter((name) => name !== '');
}

/**
 * Lays files of a commit into a folder, under their own names, so that the parts of a model lie beside each other.
 *
 * @param names below the repository's folder, with slashes
 * @param fetch brings one of them
 */
export async function layOutFiles(
  repository: Repository,
  commit: string,
  names: readonly string[],
  folder: string,
  fetch: typeof fetchRevision,
  work: Work,
): Promise<void> {
  for (const name of names) {
    const out = path.join(folder, name);
    await mkdir(path.dirname(out), { recursive: true });
    const found = await fetch(repository, { commit, path: name }, out, work);
    if (found !== out) await symlink(found, out).catch(() => copyFile(found, out));
  }
}
