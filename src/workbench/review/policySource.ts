import path from 'node:path';
import { l10n } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { writeWhole } from '../../engine/gguf/atomicWrite.ts';
import { parsePolicy, readPolicy } from '../../engine/review/policy/policies.ts';
import type { Policy } from '../../protocol/review.ts';
import { askGit } from './git/git.ts';
import { type RevisionSide, sideName } from './side.ts';

/**
 * Where a policy comes from: a preset, the path of a file, or a file as a revision holds it, which whoever proposes the
 * candidate cannot have written.
 */
export type PolicySource = string | RevisionSide;

/**
 * Reads a policy. Its keys are paths, or for a revision the names of Git's objects (`COMMIT:PATH`).
 *
 * @throws InputError where there is none, or it is wrong
 */
export async function policyFrom(source: PolicySource): Promise<Policy> {
  if (typeof source === 'string') return await readPolicy(source);
  const policy = parsePolicy((await blob(source, objectOf(source))).toString('utf8'), sideName(source).name);
  return { ...policy, trustedKeys: policy.trustedKeys?.map((key) => keyObject(source, key)) };
}

/** Files with the keys of a policy: those of a revision are written into the folder. */
export async function keyFiles(
  source: PolicySource,
  keys: readonly string[],
  folder: string,
): Promise<string[]> {
  if (typeof source === 'string') return [...keys];
  const files: string[] = [];
  for (const [index, key] of keys.entries()) {
    const file = path.join(folder, `key-${index}.pem`);
    await writeWhole(file, await blob(source, key));
    files.push(file);
  }
  return files;
}

const objectOf = ({ commit, path: below }: RevisionSide): string => `${commit}:${below}`;

const blob = ({ repository }: RevisionSide, object: string): Promise<Buffer> =>
  askGit(repository, ['cat-file', 'blob', object]);

/** A key lies beside its policy, in the same revision. */
function keyObject({ commit, path: below, ...revision }: RevisionSide, key: string): string {
  const place = path.posix.join(path.posix.dirname(below), key);
  if (path.posix.isAbsolute(key) || place.startsWith('..')) {
    throw new InputError(
      l10n.t(
        '{0} trusts the key {1}, which lies outside of the repository, so that the revision does not hold it.',
        sideName({ ...revision, commit, path: below }).name,
        key,
      ),
    );
  }
  return `${commit}:${place}`;
}
