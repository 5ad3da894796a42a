import { lstat, readdir, rm, utimes } from 'node:fs/promises';
import path from 'node:path';
import { HumanError, InputError } from '../errors.ts';
import { hasCacheFolder, isOwnFile, openCacheFolder } from '../files/cacheFolder.ts';
import { fileError } from '../files/fileErrors.ts';
import type { Work } from '../work/progress.ts';

/** Names of what the engine computes and keeps. Downloaded models lie in a folder of their own. */
const keptName = /^(covariance|digest|eigenvectors|sweep)-.+\.(?:gguf|json)$/;

const gigabyte = 1e9;
const usualLimit = 10;

/** Bytes that may be kept: PALIMPSEST_CACHE_GB. @throws InputError where it is no number */
export function cacheLimit(): number {
  const given = process.env['PALIMPSEST_CACHE_GB'];
  if (given === undefined || given === '') return usualLimit * gigabyte;
  if (/^\d+(?:\.\d+)?$/.test(given)) return Number(given) * gigabyte;
  throw new InputError(`PALIMPSEST_CACHE_GB is ${JSON.stringify(given)}, not a number of gigabytes.`);
}

/** Why a kept file is not used, to be said of it. */
export class Unfit extends Error {}

/**
 * What is kept in `file`; undefined where there is none. A file that is damaged, or not what it should be, is said to be
 * so and removed, and never used.
 *
 * @param read throws `Unfit`, or an error for people, where the file is not fit
 */
export async function recall<T>(file: string, read: () => Promise<T>, work: Work): Promise<T | undefined> {
  cacheLimit();
  const folder = path.dirname(file);
  try {
    if (!(await hasCacheFolder(folder)) || !(await exists(file))) return undefined;
  } catch (error) {
    return notUsed(error, work);
  }
  try {
    if (!(await isOwnFile(file))) throw new Unfit('is not a file of yours');
    const found = await read();
    // its time is that of its last use; in a folder that cannot be written none is ever removed
    await utimes(file, new Date(), new Date()).catch(() => {});
    return found;
  } catch (error) {
    const unfit = error instanceof Unfit || error instanceof InputError;
    if (!unfit) throw error;
    const why = error instanceof Unfit ? error.message : `is damaged (${error.message})`;
    warnOnce(`${file}, which was kept, ${why}; it is ignored and made again.`, work);
    await rm(file, { force: true }).catch(() => {});
    return undefined;
  }
}

/**
 * Keeps a file of about so many bytes, and removes what was not used for longest until all fits the limit. Where nothing
 * can be kept, that is said, and the work goes on.
 */
export async function keep(
  file: string,
  size: number,
  write: () => Promise<void>,
  work: Work,
): Promise<void> {
  const folder = path.dirname(file);
  try {
    if (size > cacheLimit()) return;
    await openCacheFolder(folder);
    await write();
    await removeOldest(folder, file);
  } catch (error) {
    if (error instanceof HumanError && error.name === 'CancelledError') throw error;
    notUsed(fileError(folder, error), work);
  }
}

/** @throws what is no fault of the place */
function notUsed(error: unknown, work: Work): undefined {
  const ofPlace = error instanceof HumanError || (error instanceof Error && 'code' in error);
  if (!ofPlace) throw error;
  warnOnce(`Nothing is kept for later, and the work goes on: ${error.message}`, work);
}

const said = new Set<string>();

function warnOnce(text: string, work: Work): void {
  if (work.warn === undefined || said.has(text)) return;
  said.add(text);
  work.warn(text);
}

async function removeOldest(folder: string, newest: string): Promise<void> {
  const files = await keptFiles(folder);
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of files.filter((other) => other.file !== newest).reverse()) {
    if (total <= cacheLimit()) return;
    await rm(file, { force: true });
    total -= bytes;
  }
}

interface KeptFile {
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  readonly lastUse: Date;
}

/** What is kept, the last used first. */
export async function keptFiles(folder: string): Promise<KeptFile[]> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => {
      const [, kind] = keptName.exec(name) ?? [];
      const file = path.join(folder, name);
      const stats = kind === undefined ? undefined : await lstat(file).catch(() => undefined);
      if (kind === undefined || stats === undefined) return [];
      return [{ file, kind, bytes: stats.size, lastUse: stats.mtime }];
    }),
  );
  return found.flat().sort((a, b) => b.lastUse.getTime() - a.lastUse.getTime());
}

async function exists(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    () => false,
  );
}
