import { stat } from 'node:fs/promises';
import type { Work } from '../progress.ts';
import { digestFiles } from './digest.ts';
import { fileError } from './fileErrors.ts';

/** Digests of this process, by the files' paths, sizes and times. */
const known = new Map<string, string>();

/** The digest of a model's files; computed again only after one of them has changed. */
export async function knownDigest(paths: readonly string[], work: Work = {}): Promise<string> {
  const key = (await Promise.all(paths.map(stampOf))).join('\n');
  const digest = known.get(key) ?? (await digestFiles(paths, work));
  known.set(key, digest);
  return digest;
}

/** What changes with a file's content. */
export async function stampOf(path: string): Promise<string> {
  try {
    const { size, mtimeNs, ino, dev } = await stat(path, { bigint: true });
    return `${path} ${size} ${mtimeNs} ${dev}:${ino}`;
  } catch (error) {
    throw fileError(path, error);
  }
}
