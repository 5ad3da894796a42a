import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/atomicWrite.ts';
import { cacheFolder } from '../files/cacheFolder.ts';
import { digestFiles } from '../files/digest.ts';
import { saidDigest } from '../files/partialFiles.ts';
import { stampOf } from '../files/stamp.ts';
import { readText } from '../json/readText.ts';
import type { Work } from '../work/progress.ts';
import { keep, recall, Unfit } from './kept.ts';
import { type KeptDigest, keptDigestIn } from './keptDigest.ts';

/** Digests of this process, by the files' stamps. */
const known = new Map<string, string>();

const maxBytes = 1 << 20;
/** Smaller files are read again in a fraction of a second. */
const worthKeeping = 64 << 20;
/** In milliseconds: a file that has just been written may be written again within what its time can tell. */
const settled = 2000;

/**
 * The digest of a model's files; computed again only after one of them has changed. That of large files is kept for
 * other runs by their paths, sizes, times and inodes.
 *
 * @param folder where it is kept
 */
export async function knownDigest(
  paths: readonly string[],
  work: Work = {},
  folder = cacheFolder(),
): Promise<string> {
  const remembered = await rememberedDigest(paths, work, folder);
  if (remembered !== undefined) return remembered;
  const stamps = await stampsOf(paths);
  const digest = await digestFiles(paths, work);
  known.set(stamps, digest);
  if (await isWorthKeeping(paths, stamps)) {
    const file = fileOf(stamps, folder);
    const text = `${JSON.stringify({ about: paths[0] ?? '', stamps, digest } satisfies KeptDigest, null, 2)}\n`;
    await keep(file, text.length, () => writeWhole(file, text, { mode: 0o600 }), work);
  }
  return digest;
}

/** The same if it is known without reading the files. */
export async function rememberedDigest(
  paths: readonly string[],
  work: Work = {},
  folder = cacheFolder(),
): Promise<string | undefined> {
  const said = saidDigest(paths);
  if (said !== undefined) return said;
  const stamps = await stampsOf(paths);
  const file = fileOf(stamps, folder);
  const digest = known.get(stamps) ?? (await recall(file, () => read(file, stamps), work));
  if (digest !== undefined) known.set(stamps, digest);
  return digest;
}

async function isWorthKeeping(paths: readonly string[], stamps: string): Promise<boolean> {
  const files = await Promise.all(paths.map((file) => stat(file)));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const latest = Math.max(...files.map(({ mtimeMs, ctimeMs }) => Math.max(mtimeMs, ctimeMs)));
  return bytes >= worthKeeping && Date.now() - latest > settled && stamps === (await stampsOf(paths));
}

/** @throws Unfit for what is damaged, or of other files */
async function read(file: string, stamps: string): Promise<string> {
  const kept = parsed(await readText(file, maxBytes));
  if (kept.stamps !== stamps) throw new Unfit('was made from something else');
  return kept.digest;
}

function parsed(text: string): KeptDigest {
  try {
    const kept = keptDigestIn(JSON.parse(text));
    if (kept !== undefined) return kept;
  } catch {
    // as damaged as what is no digest
  }
  throw new Unfit('is damaged');
}

const stampsOf = async (paths: readonly string[]): Promise<string> =>
  (await Promise.all(paths.map((file) => stampOf(path.resolve(file))))).join('\n');

const fileOf = (stamps: string, folder: string): string =>
  path.join(folder, `digest-${createHash('sha256').update(stamps).digest('hex').slice(0, 32)}.json`);
