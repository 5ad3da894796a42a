import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Method } from '../../../protocol/edits.ts';
import { keep, recall, Unfit } from '../../cache/kept.ts';
import { writeWhole } from '../../files/atomicWrite.ts';
import { cacheFolder } from '../../files/cacheFolder.ts';
import { readText } from '../../json/readText.ts';
import type { Work } from '../../work/progress.ts';
import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import type { SweptLayer } from './sweep.ts';

/** What a layer sweep found for a model and a method, the best layer first. */
const KeptSweep = z.object({
  digest: z.string(),
  method: z.string(),
  date: z.iso.date(),
  layers: z.array(z.object({ layer: z.int().min(0), score: z.number().nullable() })).min(1),
});
type KeptSweep = z.infer<typeof KeptSweep>;

const maxBytes = 1 << 20;

/** Keeps what a sweep found with the model's digest, so that later edits of this model begin with its best layer. */
export async function keepSweep(
  digest: string,
  method: Method,
  swept: readonly SweptLayer[],
  folder = cacheFolder(),
  work: Work = {},
): Promise<void> {
  if (swept.length === 0) return;
  const file = fileOf(digest, method, folder);
  const layers = swept.map(({ layer, measures }) => ({ layer, score: measures.after.score }));
  const found = { digest, method, date: new Date().toISOString().slice(0, 10), layers };
  const text = `${JSON.stringify({ found, sha256: hashOf(found) }, null, 2)}\n`;
  await keep(file, text.length, () => writeWhole(file, text, { mode: 0o600 }), work);
}

/** The layer that an earlier sweep of this very model found best for the method; undefined where there was none. */
export async function keptLayer(
  digest: string,
  method: Method,
  folder = cacheFolder(),
  work: Work = {},
): Promise<LayerChoice | undefined> {
  const file = fileOf(digest, method, folder);
  const kept = await recall(file, () => read(file, digest, method), work);
  const [best] = kept?.layers ?? [];
  if (kept === undefined || best === undefined) return undefined;
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

/** @throws Unfit for what is damaged, or of another model or method */
async function read(file: string, digest: string, method: Method): Promise<KeptSweep> {
  const { found, sha256 } = parsed(await readText(file, maxBytes));
  if (sha256 !== hashOf(found)) throw new Unfit('is damaged');
  if (found.digest !== digest || found.method !== method) throw new Unfit('was made from something else');
  return found;
}

function parsed(text: string): { found: KeptSweep; sha256: string } {
  try {
    return z.object({ found: KeptSweep, sha256: z.string() }).parse(JSON.parse(text));
  } catch {
    throw new Unfit('is damaged');
  }
}

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

const fileOf = (digest: string, method: Method, folder: string): string =>
  path.join(folder, `sweep-${hashOf([digest, method]).slice(0, 32)}.json`);
