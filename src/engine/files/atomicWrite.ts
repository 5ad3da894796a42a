import { randomUUID } from 'node:crypto';
import { lstat, open, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';
import { fileError } from './fileErrors.ts';
import { temporary } from './temporaries.ts';

interface AtomicWriteOptions {
  /** Files that are never written, by whatever path or link the target names them: the base. */
  readonly protect?: readonly string[];
  /** The file's permissions; what the process's umask leaves without it. */
  readonly mode?: number;
}

/**
 * Writes a file beside `target` and renames it when it is complete and on the disk: there is never half a file,
 * and a failure or a cancellation leaves what was there before. `write` fills the temporary file it is given. Such
 * files that a killed process left in the folder are removed a day later.
 * Errors: what `write` throws; `InputError` or `EngineError` where the place cannot be written.
 */
export async function writeAtomically(
  target: string,
  write: (temporaryPath: string) => Promise<void>,
  { protect = [], mode }: AtomicWriteOptions = {},
): Promise<void> {
  await refuseToReplace(target, protect);
  await removeStale(dirname(target));
  const beside = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.tmp`);
  await using _removal = temporary(beside);
  try {
    await reserve(beside, mode);
    await write(beside);
    await flush(beside);
    await refuseToReplace(target, protect);
    await rename(beside, target);
  } catch (error) {
    throw fileError(target, error);
  }
}

/** Writes text, be it in pieces, or bytes: whole or not at all. @throws as `writeAtomically` */
export async function writeWhole(
  target: string,
  content: string | Uint8Array | AsyncIterable<string>,
  options: AtomicWriteOptions = {},
): Promise<void> {
  await writeAtomically(target, (beside) => writeFile(beside, content), options);
}

/** The names of temporary files, whatever they were to become. */
const temporaryName = /^\..+\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
const day = 24 * 60 * 60 * 1000;

/** Removes temporary files that nobody can still be writing. What cannot be removed stays: it harms nobody. */
async function removeStale(folder: string): Promise<void> {
  try {
    for (const name of await readdir(folder)) {
      if (!temporaryName.test(name)) continue;
      const path = join(folder, name);
      const found = await lstat(path);
      if (found.isFile() && Date.now() - found.mtimeMs > day) await rm(path, { force: true });
    }
  } catch {
    // a folder that cannot be read says so when it is written to
  }
}

async function refuseToReplace(target: string, protect: readonly string[]): Promise<void> {
  const existing = await identity(target);
  if (existing === undefined) return;
  if (existing.isFolder) throw new InputError(`${target} is a folder; give the name of a file.`);
  for (const path of protect) {
    const kept = await identity(path);
    if (kept !== undefined && (kept.inode === existing.inode || kept.path === existing.path)) {
      throw new InputError(
        `${target} is the base ${path} itself, which is never written; choose another name.`,
      );
    }
  }
}

/** What tells two names of one file: its device and inode, and its path with all links followed. */
async function identity(
  path: string,
): Promise<{ inode: string; path: string; isFolder: boolean } | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    return { inode: `${found.dev}:${found.ino}`, path: await realpath(path), isFolder: found.isDirectory() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw fileError(path, error);
  }
}

/** Takes the name, so that a missing folder or permission is told before any work is done. */
async function reserve(temporary: string, mode: number | undefined): Promise<void> {
  try {
    await (await open(temporary, 'wx', mode)).close();
  } catch (error) {
    throw fileError(dirname(temporary), error);
  }
}

async function flush(temporary: string): Promise<void> {
  await using file = await open(temporary, 'r+');
  await file.sync();
}
