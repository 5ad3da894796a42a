import path from 'node:path';
import type { EngineResults } from '../../protocol/engine.ts';
import { bytes, plural } from '../../text/numbers.ts';
import { InputError } from '../errors.ts';
import { fetchRevisionFromOrigin } from '../git/fetchRevision.ts';
import { fileRevisions, placeInRepository } from '../git/fileRevisions.ts';
import type { Repository } from '../git/git.ts';
import { maxAsked } from './findFlip.ts';
import type { Step } from './step.ts';

/** Files in their order, the oldest first. */
export const stepsOfFiles = (files: readonly string[]): Step[] =>
  files.map((file) => ({ name: file, source: { kind: 'file', path: file }, file: async () => file }));

/**
 * The revisions of a file that led to HEAD, the oldest first. What Git LFS keeps of one is fetched when it is needed.
 *
 * @param scratch where revisions are written
 * @throws InputError where the file lies in no repository
 */
export async function stepsInGit(
  file: string,
  scratch: string,
  repositoryOf: (folder: string) => Repository = (folder) => ({ folder }),
): Promise<Step[]> {
  const { root, below } = await placeInRepository(file, repositoryOf);
  const repository = repositoryOf(root);
  const revisions = await fileRevisions(repository, below, ['HEAD']);
  return revisions.reverse().map(({ commit, subject }) => {
    const out = path.join(scratch, `${commit}-${path.posix.basename(below)}`);
    const source = { kind: 'revision', repository: root, path: below, commit, subject } as const;
    let fetched: Promise<string> | undefined;
    return {
      name: `${commit.slice(0, 8)} ${subject}`,
      source,
      async file(work) {
        fetched ??= fetchRevisionFromOrigin(repository, source, out, work);
        return await fetched;
      },
    };
  });
}

type HubRevisions = EngineResults['fileHistory']['revisions'];

/** The revisions of a file on the hub, the oldest first. @param revisions the latest first */
export const stepsOnHub = (revisions: HubRevisions): Step[] =>
  revisions.toReversed().map(({ commit, title, reference }) => ({
    name: `${commit.slice(0, 8)} ${title}`,
    source: { kind: 'reference', name: reference },
    file: async () => reference,
  }));

/** What asking revisions on the hub may download at most, in bytes, and of how many. */
export function mostMoved(revisions: HubRevisions): { readonly asked: number; readonly bytes: number } {
  const largest = Math.max(0, ...revisions.map(({ bytes: size }) => size));
  const asked = maxAsked(revisions.length);
  return { asked, bytes: asked * largest };
}

/** @throws InputError where asking as many as it may take would download more than is allowed, in bytes */
export function expectMoved(model: string, revisions: HubRevisions, download: number): void {
  const most = mostMoved(revisions);
  if (most.bytes <= download) return;
  throw new InputError(
    `Of ${plural(revisions.length, 'revision')} of ${model} up to ${most.asked} may have to be asked, which downloads up to ${bytes(most.bytes)}; allow that with --download, in GB.`,
  );
}
