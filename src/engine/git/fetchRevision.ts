import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { bytes as shownBytes } from '../../text/numbers.ts';
import { CancelledError, InputError } from '../errors.ts';
import { digestFile } from '../files/digest.ts';
import type { Work } from '../work/progress.ts';
import { askGit, ended, firstLine, type Repository, startGit } from './git.ts';
import { type LfsPointer, lfsPointer, maxPointerLength } from './lfsPointer.ts';

/** A file as a commit holds it. */
export interface RevisionFile {
  readonly commit: string;
  /** Below the repository's folder, with slashes. */
  readonly path: string;
}

/**
 * The file that holds a revision's content: written to `out` from Git's objects, or where Git LFS keeps it.
 *
 * @throws InputError where the content is Git LFS's and is not on this machine, or another, with what fetches it
 */
export async function fetchRevision(
  repository: Repository,
  revision: RevisionFile,
  out: string,
  work: Work = {},
): Promise<string> {
  const object = `${revision.commit}:${revision.path}`;
  const asked = await askGit(repository, ['cat-file', '-s', object], work.signal);
  const size = Number(asked.toString('utf8'));
  if (size <= maxPointerLength) {
    const pointer = lfsPointer(await askGit(repository, ['cat-file', 'blob', object], work.signal));
    if (pointer !== undefined) return await lfsContent(repository, revision, pointer, work);
  }
  await writeBlob(repository, object, out, size, work);
  return out;
}

/** The same; what Git LFS keeps and is not on this machine is fetched from where the repository came from. */
export async function fetchRevisionFromOrigin(
  repository: Repository,
  revision: RevisionFile,
  out: string,
  work: Work = {},
): Promise<string> {
  try {
    return await fetchRevision(repository, revision, out, work);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const asked = ['lfs', 'fetch', 'origin', revision.commit, '--include', revision.path];
    const fetched = await askGit(repository, asked, work.signal).catch(() => undefined);
    // there is no Git LFS, or no place to fetch from: the first sentence says what to do
    if (fetched === undefined) throw error;
    return await fetchRevision(repository, revision, out, work);
  }
}

/** Where Git LFS keeps the content of a pointer on this machine, once its bytes are found to be those it names. */
async function lfsContent(
  repository: Repository,
  { commit, path: below }: RevisionFile,
  { oid, size }: LfsPointer,
  work: Work,
): Promise<string> {
  const common = (await askGit(repository, ['rev-parse', '--git-common-dir'])).toString('utf8').trim();
  const own = await askGit(repository, ['config', '--get', 'lfs.storage']).catch(() => Buffer.of());
  const storage = path.resolve(repository.folder, common, own.toString('utf8').trim() || 'lfs');
  const file = path.join(storage, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  const found = await stat(file).catch(() => undefined);
  const name = `${path.posix.basename(below)} @ ${commit.slice(0, 8)}`;
  const fetch = `git lfs fetch origin ${commit.slice(0, 8)} --include="${below}"`;
  if (found !== undefined) {
    if (found.size === size && (await digestFile(file, work)) === `sha256:${oid}`) return file;
    throw new InputError(
      `${file} is not what the revision ${name} names: its SHA-256 is another. Remove it and fetch it again with: ${fetch}`,
    );
  }
  throw new InputError(
    `The content of ${name} (${shownBytes(size)}) is kept by Git LFS and is not on this machine. Fetch it with: ${fetch}`,
  );
}

async function writeBlob(
  repository: Repository,
  object: string,
  file: string,
  size: number,
  { signal, report }: Work,
): Promise<void> {
  const git = startGit(repository, ['cat-file', 'blob', object], signal);
  let bytes = 0;
  git.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    report?.('reading the revision from Git', bytes / Math.max(1, size));
  });
  const complaint = buffer(git.stderr);
  try {
    await Promise.all([pipeline(git.stdout, createWriteStream(file)), ended(git)]);
  } catch (cause) {
    if (signal?.aborted) throw new CancelledError();
    throw cause;
  }
  if (signal?.aborted) throw new CancelledError();
  if (git.exitCode !== 0 || bytes !== size) {
    throw new InputError(`Git does not give the revision: ${firstLine(await complaint)}`);
  }
}
