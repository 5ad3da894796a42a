import { open } from 'node:fs/promises';
import path from 'node:path';
import { l10n, workspace } from 'vscode';
import { InputError } from '../../engine/errors.ts';
import { fileError } from '../../engine/files/fileErrors.ts';
import { fetchRevision } from '../../engine/git/fetchRevision.ts';
import { filesInRevision, layOutFiles } from '../../engine/git/layOutFiles.ts';
import { lfsPointer, maxPointerLength } from '../../engine/git/lfsPointer.ts';
import type { Work } from '../../engine/work/progress.ts';
import { bytes } from '../../text/numbers.ts';
import { trusted } from './git/git.ts';
import type { Side } from './side.ts';

/**
 * The file that a side can be read from, or the reference that the engine reads it by.
 *
 * @param folder where a revision is written to
 * @throws InputError where the content is not on this machine, with what brings it
 */
export async function atHand(side: Side, folder: string, work: Work): Promise<string> {
  if (side.kind === 'revision') {
    const repository = trusted(side.repository);
    const out = path.join(folder, `${side.commit}-${path.posix.basename(side.path)}`);
    const names = await filesInRevision(repository, side, work.signal);
    if (names.length === 1 && names[0] === side.path) return await fetchRevision(repository, side, out, work);
    await layOutFiles(repository, side.commit, names, out, fetchRevision, work);
    return path.join(out, side.path);
  }
  if (side.kind === 'reference') return expectTrusted(side.name);
  // of the many files of a folder the engine says itself which is a pointer
  const pointer = side.path.endsWith('.gguf') ? lfsPointer(await beginning(side.path)) : undefined;
  if (pointer === undefined) return side.path;
  throw new InputError(
    l10n.t(
      '{0} is a Git LFS pointer; its content ({1}) is not on this machine. Fetch it with: git lfs pull --include="{2}"',
      side.path,
      bytes(pointer.size),
      path.basename(side.path),
    ),
  );
}

/** @throws InputError in a workspace that is not trusted: what it holds may name any address */
function expectTrusted(name: string): string {
  if (workspace.isTrusted) return name;
  throw new InputError(
    l10n.t('This workspace is not trusted, so {0} is not asked for; trust it, and try again.', name),
  );
}

/** One byte more than a pointer has at most, so that a longer file is told apart. */
async function beginning(file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(file);
    const { bytesRead, buffer } = await handle.read({ buffer: Buffer.alloc(maxPointerLength + 1) });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw fileError(file, error);
  }
}
