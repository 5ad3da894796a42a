import type { Targets } from '../../protocol/editableLayers.ts';
import { defaultMethod } from '../../protocol/methods.ts';
import { knownDigest } from '../cache/knownDigest.ts';
import { defaultLayer } from '../editing/hyperparameters/modelDefaults.ts';
import { editableLayers } from '../editing/session/editableLayers.ts';
import { hasKeptSweeps, keptLayer } from '../editing/sweep/keptSweep.ts';
import { expectModel } from '../gguf/kind.ts';
import { readModelFiles } from '../gguf/split.ts';
import type { Work } from '../work/progress.ts';

/** Where a model can be edited, from its header, and what an earlier sweep of it found. @throws InputError for a damaged file, or one that is no model */
export async function editableLayersOf(model: string, work: Work): Promise<Targets> {
  const files = await readModelFiles(model, work);
  expectModel(files.header);
  const layers = editableLayers(files);
  const kept = (await hasKeptSweeps())
    ? await keptLayer(await knownDigest(files.paths, work), defaultMethod, undefined, work)
    : undefined;
  const proposed = layers.some(({ editable }) => editable) ? (kept ?? defaultLayer(files)) : null;
  return { model, layers, proposed };
}
