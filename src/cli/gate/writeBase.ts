import { copyFile, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { fetchRevision } from '../../engine/git/fetchRevision.ts';
import { askGit, type Repository } from '../../engine/git/git.ts';
import type { Work } from '../../engine/progress.ts';
import type { ChangedModel } from './changedModels.ts';

/**
 * Lays the files that a model has in the base revision into a folder, under their own names. What Git LFS keeps and is not
 * on this machine is fetched.
 *
 * @returns the model's path there
 */
export async function writeBase(
  repository: Repository,
  commit: string,
  { path: model, before }: ChangedModel,
  folder: string,
  work: Work,
): Promise<string> {
  for (const name of before) {
    const out = path.join(folder, name);
    await mkdir(path.dirname(out), { recursive: true });
    const file = { commit, path: name };
    const found = await fetchRevision(repository, file, out, work).catch(async (error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      const fetched = await askGit(repository, ['lfs', 'fetch', 'origin', commit, '--include', name]).catch(
        () => undefined,
      );
      if (fetched === undefined) throw error;
      return await fetchRevision(repository, file, out, work);
    });
    if (found !== out) await symlink(found, out).catch(() => copyFile(found, out));
  }
  return path.join(folder, model);
}
