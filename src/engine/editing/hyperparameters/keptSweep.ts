import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Method } from '../../../protocol/edits.ts';
import { cacheFolder } from '../../cacheFolder.ts';
import { writeWhole } from '../../gguf/atomicWrite.ts';
import type { LayerChoice } from './modelDefaults.ts';
import type { SweptLayer } from './sweep.ts';

/** What a layer sweep found for a model and a method, the best layer first. */
const KeptSweep = z.object({
  digest: z.string(),
  method: z.string(),
  date: z.iso.date(),
  layers: z.array(z.object({ layer: z.int(), score: z.number().nullable() })).min(1),
});

/** Keeps what a sweep found with the model's digest, so that later edits of this model begin with its best layer. */
export async function keepSweep(
  digest: string,
  method: Method,
  swept: readonly SweptLayer[],
  folder = cacheFolder(),
): Promise<void> {
  if (swept.length === 0) return;
  const file = fileOf(digest, method, folder);
  const layers = swept.map(({ layer, measures }) => ({ layer, score: measures.after.score }));
  const kept = { digest, method, date: new Date().toISOString().slice(0, 10), layers };
  await mkdir(folder, { recursive: true });
  await writeWhole(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/** The layer that an earlier sweep of this very model found best for the method; undefined where there was none. */
export async function keptLayer(
  digest: string,
  method: Method,
  folder = cacheFolder(),
): Promise<LayerChoice | undefined> {
  const kept = await read(fileOf(digest, method, folder));
  const [best] = kept?.layers ?? [];
  if (kept === undefined || best === undefined || kept.digest !== digest) return undefined;
  const score = best.score === null ? '' : `, score ${best.score.toFixed(2)}`;
  return {
    layer: best.layer,
    reason: `the best of ${kept.layers.length} layers in a sweep of this model on ${kept.date}${score}`,
  };
}

/** Whether any sweep is kept, of whatever model: where none is, no model needs to be read for its digest. */
export async function hasKeptSweeps(folder = cacheFolder()): Promise<boolean> {
  try {
    return (await readdir(folder)).some((name) => name.startsWith('sweep-'));
  } catch {
    return false;
  }
}

async function read(file: string): Promise<z.infer<typeof KeptSweep> | undefined> {
  try {
    return KeptSweep.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // not there, or of another version: the sweep can be made again
    return undefined;
  }
}

const fileOf = (digest: string, method: Method, folder: string): string =>
  path.join(folder, `sweep-${digest.replace(/^sha256:/, '').slice(0, 32)}-${method}.json`);
