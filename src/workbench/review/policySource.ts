import { revisionPolicy, writeKeys } from '../../engine/git/revisionPolicy.ts';
import { readPolicy } from '../../engine/review/policy/policies.ts';
import type { Policy } from '../../protocol/review.ts';
import { trusted } from './git/git.ts';
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
  return await revisionPolicy(trusted(source.repository), source, sideName(source).name);
}

/** Files with the keys of a policy: those of a revision are written into the folder. */
export async function keyFiles(
  source: PolicySource,
  keys: readonly string[],
  folder: string,
): Promise<string[]> {
  return typeof source === 'string' ? [...keys] : await writeKeys(trusted(source.repository), keys, folder);
}
