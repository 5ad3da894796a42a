import { copyFile, mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fetchRevisionFromOrigin } from '../../engine/git/fetchRevision.ts';
import type { Repository } from '../../engine/git/git.ts';
import type { Work } from '../../engine/work/progress.ts';
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
    const found = await fetchRevisionFromOrigin(repository, { commit, path: name }, out, work);
    if (found !== out) await symlink(found, out).catch(() => copyFile(found, out));
  }
  return path.join(folder, model);
}
