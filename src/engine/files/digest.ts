import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CancelledError } from '../errors.ts';
import type { Work } from '../work/progress.ts';
import { fileError } from './fileErrors.ts';
import { fetchWhole, saidDigest } from './partialFiles.ts';
import { regularFile } from './source.ts';

const BUFFER = 4 << 20;

/**
 * `sha256:` and 64 hexadecimal digits over the bytes of a file; constant memory, whatever its size. Of a file that is not
 * on this machine it is what the hub says, where it says that.
 */
export async function digestFile(path: string, work: Work = {}): Promise<string> {
  return digestFiles([path], work);
}

/** The digest of several files read one after another: that of a split model. One file gives its own digest. */
export async function digestFiles(paths: readonly string[], work: Work = {}): Promise<string> {
  const said = saidDigest(paths);
  if (said !== undefined) return said;
  for (const path of paths) await fetchWhole(path);
  return await hashFiles(paths, work);
}

/** The digest of files by their bytes on this machine alone, whatever anybody says of them. */
export async function hashFiles(paths: readonly string[], work: Work = {}): Promise<string> {
  const sizes = await Promise.all(paths.map(sizeOf));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(BUFFER);
  let done = 0;
  for (const path of paths) {
    for await (const length of readInto(buffer, path)) {
      if (work.signal?.aborted) throw new CancelledError('Computing the digest');
      hash.update(buffer.subarray(0, length));
      done += length;
      work.report?.('computing the digest', Math.min(1, done / total));
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Fills `buffer` again and again with what follows in the file; yields how many bytes are new. */
async function* readInto(buffer: Buffer, path: string): AsyncGenerator<number> {
  try {
    await using file = await open(path, 'r');
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return;
      yield bytesRead;
    }
  } catch (error) {
    throw fileError(path, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await regularFile(path)).size;
  } catch (error) {
    throw fileError(path, error);
  }
}
