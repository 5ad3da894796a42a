import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheLimit } from '../cache/kept.ts';
import { cacheFolder } from '../files/cacheFolder.ts';
import { mapOf } from './keptBlob.ts';

/** What is kept of files that lie elsewhere, by their content. */
export const remoteFolder = (): string => path.join(cacheFolder(), 'remote');

/** Where the content of this identity is kept. */
export const blobFile = (identity: string): string =>
  path.join(remoteFolder(), `blob-${createHash('sha256').update(identity).digest('hex').slice(0, 40)}`);

export interface StoredBlob {
  readonly file: string;
  /** That it takes on disk, which is what was fetched of it. */
  readonly bytes: number;
  readonly lastUse: Date;
}

/** What is kept, the last used first. */
export async function storedBlobs(): Promise<StoredBlob[]> {
  const names = await readdir(remoteFolder()).catch((): string[] => []);
  const found = await Promise.all(
    names
      .filter((name) => /^blob-[0-9a-f]{40}$/.test(name))
      .map(async (name) => {
        const file = path.join(remoteFolder(), name);
        const stats = await stat(file).catch(() => undefined);
        if (stats === undefined) return [];
        // systems that do not count blocks have no holes either
        const bytes = Math.min(stats.size, stats.blocks === 0 ? stats.size : stats.blocks * 512);
        return [{ file, bytes, lastUse: stats.mtime }];
      }),
  );
  return found.flat().sort((a, b) => b.lastUse.getTime() - a.lastUse.getTime());
}

export async function removeBlob(file: string): Promise<void> {
  await rm(mapOf(file), { force: true });
  await rm(file, { force: true });
}

/** Removes what was not used for longest until the rest fits the limit of the cache. */
export async function removeOldestBlobs(): Promise<void> {
  const blobs = await storedBlobs();
  let total = blobs.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of blobs.reverse()) {
    if (total <= cacheLimit()) return;
    await removeBlob(file);
    total -= bytes;
  }
}
