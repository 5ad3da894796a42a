import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { l10n } from 'vscode';
import { CancelledError, InputError } from '../../../engine/errors.ts';
import { digestFile } from '../../../engine/gguf/digest.ts';
import type { Work } from '../../../engine/progress.ts';
import { gigabytes } from '../../gigabytes.ts';
import { type RevisionSide, sideName } from '../side.ts';
import { askGit, ended, firstLine, startGit } from './git.ts';
import { type LfsPointer, lfsPointer, longestPointer } from './lfsPointer.ts';

/**
 * The file that holds a revision's content: written into `folder` from Git's objects, or where Git LFS keeps it.
 *
 * @throws InputError where the content is Git LFS's and is not on this machine, or another, with what fetches it
 */
export async function fetchRevision(
  revision: RevisionSide,
  folder: string,
  work: Work = {},
): Promise<string> {
  const { repository, commit, path: below } = revision;
  const object = `${commit}:${below}`;
  const asked = await askGit(repository, ['cat-file', '-s', object], work.signal);
  const size = Number(asked.toString('utf8'));
  if (size <= longestPointer) {
    const pointer = lfsPointer(await askGit(repository, ['cat-file', 'blob', object], work.signal));
    if (pointer !== undefined) return await lfsContent(revision, pointer, work);
  }
  const file = path.join(folder, `${commit}-${path.posix.basename(below)}`);
  await writeBlob(revision, object, file, size, work);
  return file;
}

/** Where Git LFS keeps the content of a pointer on this machine, once its bytes are found to be those it names. */
async function lfsContent(revision: RevisionSide, { oid, size }: LfsPointer, work: Work): Promise<string> {
  const { repository, commit, path: below } = revision;
  const common = (await askGit(repository, ['rev-parse', '--git-common-dir'])).toString('utf8').trim();
  const own = await askGit(repository, ['config', '--get', 'lfs.storage']).catch(() => Buffer.of());
  const storage = path.resolve(repository, common, own.toString('utf8').trim() || 'lfs');
  const file = path.join(storage, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid);
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined) {
    if (found.size === size && (await digestFile(file, work)) === `sha256:${oid}`) return file;
    throw new InputError(
      l10n.t(
        '{0} is not what the revision {1} names: its SHA-256 is another. Remove it and fetch it again with: git lfs fetch origin {2} --include="{3}"',
        file,
        sideName(revision).name,
        commit.slice(0, 8),
        below,
      ),
    );
  }
  throw new InputError(
    l10n.t(
      'The content of {0} ({1}) is kept by Git LFS and is not on this machine. Fetch it with: git lfs fetch origin {2} --include="{3}"',
      sideName(revision).name,
      gigabytes(size),
      commit.slice(0, 8),
      below,
    ),
  );
}

async function writeBlob(
  { repository }: RevisionSide,
  object: string,
  file: string,
  size: number,
  { signal, report }: Work,
): Promise<void> {
  const git = startGit(repository, ['cat-file', 'blob', object], signal);
  let bytes = 0;
  git.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    report?.(l10n.t('reading the revision from Git'), bytes / Math.max(1, size));
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
    throw new InputError(l10n.t('Git does not give the revision: {0}', firstLine(await complaint)));
  }
}
