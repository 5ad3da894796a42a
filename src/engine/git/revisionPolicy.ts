import path from 'node:path';
import type { Policy } from '../../protocol/review.ts';
import { InputError } from '../errors.ts';
import { writeWhole } from '../files/atomicWrite.ts';
import { parsePolicy } from '../review/policy/policies.ts';
import type { RevisionFile } from './fetchRevision.ts';
import { askGit, type Repository } from './git.ts';

/**
 * A policy as a revision holds it, which whoever proposes a candidate cannot have written. Its keys are the names of Git's
 * objects (`COMMIT:PATH`).
 *
 * @param name what the policy is called in complaints
 * @throws InputError where there is none, or it is wrong
 */
export async function revisionPolicy(
  repository: Repository,
  revision: RevisionFile,
  name: string,
): Promise<Policy> {
  const text = await blob(repository, `${revision.commit}:${revision.path}`);
  const policy = parsePolicy(text.toString('utf8'), name);
  return { ...policy, trustedKeys: policy.trustedKeys?.map((key) => keyObject(revision, key, name)) };
}

/** Writes the keys of such a policy into a folder. */
export async function writeKeys(
  repository: Repository,
  keys: readonly string[],
  folder: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, key] of keys.entries()) {
    const file = path.join(folder, `key-${index}.pem`);
    await writeWhole(file, await blob(repository, key));
    files.push(file);
  }
  return files;
}

const blob = (repository: Repository, object: string): Promise<Buffer> =>
  askGit(repository, ['cat-file', 'blob', object]);

/** A key lies beside its policy, in the same revision. */
function keyObject({ commit, path: below }: RevisionFile, key: string, name: string): string {
  const place = path.posix.join(path.posix.dirname(below), key);
  if (!path.posix.isAbsolute(key) && !place.startsWith('..')) return `${commit}:${place}`;
  throw new InputError(
    `${name} trusts the key ${key}, which lies outside of the repository, so that the revision does not hold it.`,
  );
}
