import path from 'node:path';
import { fetchRevisionFromOrigin } from '../../engine/git/fetchRevision.ts';
import type { Repository } from '../../engine/git/git.ts';
import { layOutFiles } from '../../engine/git/layOutFiles.ts';
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
  await layOutFiles(repository, commit, before, folder, fetchRevisionFromOrigin, work);
  return path.join(folder, model);
}
