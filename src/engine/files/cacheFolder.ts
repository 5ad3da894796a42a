import { chmod, lstat, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { fileError } from './fileErrors.ts';
import { makeFolder } from './makeFolder.ts';

/** Where the engine keeps what it can make again: downloaded models, covariances, what sweeps found. */
export function cacheFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'palimpsest');
}

/** Rights of the group and of others. */
const shared = 0o077;

/**
 * Makes the folder, or makes it private where others may look into it: what is kept tells of models, texts and edits,
 * and whoever could write there could decide what edits are computed with.
 *
 * @throws InputError for a link, a folder of somebody else's, and a place that cannot be written
 */
export async function openCacheFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700);
    const { mode } = await ownFolder(folder);
    if (process.platform === 'win32' || (mode & shared) === 0) return;
    await chmod(folder, 0o700);
    for (const name of await readdir(folder)) await narrow(path.join(folder, name));
  } catch (error) {
    throw fileError(folder, error);
  }
}

/** Whether there is a folder to read from. @throws InputError for a link, and a folder of somebody else's */
export async function hasCacheFolder(folder: string): Promise<boolean> {
  try {
    await ownFolder(folder);
    return true;
  } catch (error) {
    if (error instanceof InputError) throw error;
    return false;
  }
}

/** A file of the user's own, by no link. */
export async function isOwnFile(file: string): Promise<boolean> {
  const found = await lstat(file);
  return found.isFile() && isOwn(found.uid);
}

async function ownFolder(folder: string) {
  const found = await lstat(folder);
  if (found.isSymbolicLink()) {
    throw new InputError(
      `The cache folder ${folder} is a link, and is not followed; set XDG_CACHE_HOME instead.`,
    );
  }
  if (!found.isDirectory()) throw new InputError(`The cache folder ${folder} is not a folder.`);
  if (!isOwn(found.uid)) {
    throw new InputError(
      `The cache folder ${folder} belongs to another user; set XDG_CACHE_HOME to one of your own.`,
    );
  }
  return found;
}

async function narrow(file: string): Promise<void> {
  const found = await lstat(file);
  if (found.isFile() && isOwn(found.uid)) await chmod(file, 0o600);
}

/** Systems without users know no others. */
const isOwn = (uid: number): boolean => process.getuid === undefined || process.getuid() === uid;
