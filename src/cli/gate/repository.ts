import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../engine/errors.ts';
import { askGit, type Repository } from '../../engine/git/git.ts';
import { revisionPolicy, writeKeys } from '../../engine/git/revisionPolicy.ts';
import { presets, readPolicy } from '../../engine/review/policy/policies.ts';
import type { Policy } from '../../protocol/review.ts';

/** The repository around the folder that the program runs in. */
export async function repositoryHere(): Promise<Repository> {
  const folder = process.cwd();
  const root = (await askGit({ folder }, ['rev-parse', '--show-toplevel'])).toString('utf8').trim();
  return { folder: root };
}

/** @throws InputError where there is no such revision */
export async function commitOf(repository: Repository, revision: string): Promise<string> {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const found = await askGit(repository, asked).catch((cause: unknown) => {
    throw new InputError(`The repository has no revision ${revision}; fetch it first.`, { cause });
  });
  return found.toString('utf8').trim();
}

/** A path below the repository's folder, with slashes. @throws InputError where it lies elsewhere */
export async function placeIn({ folder }: Repository, name: string): Promise<string> {
  const below = path.relative(await realpath(folder), path.resolve(await realpath(process.cwd()), name));
  if (below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below)) {
    throw new InputError(`${name} lies outside of the repository ${folder}, which a gate is about.`);
  }
  return below.split(path.sep).join('/');
}

/** A preset, or a file as the base revision holds it. */
export async function policyOf(
  repository: Repository,
  commit: string,
  name: string,
  scratch: string,
): Promise<Policy> {
  if (Object.hasOwn(presets, name)) return await readPolicy(name);
  const file = { commit, path: await placeIn(repository, name) };
  const held = await askGit(repository, ['cat-file', '-e', `${commit}:${file.path}`]).catch(() => undefined);
  if (held === undefined) {
    throw new InputError(
      `The base revision ${commit.slice(0, 8)} does not hold the policy ${name}; a policy counts once it is merged.`,
    );
  }
  const policy = await revisionPolicy(repository, file, `${name} @ ${commit.slice(0, 8)}`);
  return { ...policy, trustedKeys: await writeKeys(repository, policy.trustedKeys ?? [], scratch) };
}
