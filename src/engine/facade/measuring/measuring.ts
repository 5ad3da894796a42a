import type { Measured } from '../../../protocol/editing.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { Drift } from '../../../protocol/measures.ts';
import { computePatch } from '../../editing/computePatch.ts';
import type { EngineWork } from '../../work/engineApi.ts';
import { parted, phases } from '../../work/progress.ts';
import { chosenEdits } from '../chosenEdits.ts';
import { patchOptions } from '../editing.ts';
import type { LoadedModel } from '../loadedModel.ts';
import { measureEdit, type Read } from './measureEdit.ts';
import { driftOf, measurePatch } from './measurePatch.ts';
import { fluencyTokens, measureSummary } from './measureSummary.ts';
import { matchTokens } from './waysToAsk.ts';
import { withDigests } from './withDigests.ts';

/** Measures edits by all published protocols: as the model is, under patches, or each edit computed and on alone. */
export async function measureEdits(
  loaded: LoadedModel,
  params: EngineParams['measure'],
  { onEvent, ...work }: EngineWork<'measure'>,
): Promise<Measured> {
  const options = await patchOptions(params, onEvent);
  const [choosing, reading] = phases(work, [1, 50]);
  const chosen = await chosenEdits(loaded, params, options, choosing);
  const generated = params.fluency ? fluencyTokens : matchTokens;
  const read: Read[] = [];
  const drifts: Drift[] = [];
  const patches = params.each ? [] : (params.patches ?? loaded.applied);
  if (params.each) {
    for (const [index, plan] of chosen.entries()) {
      const own = parted(reading, index, chosen.length, plan.edit.id);
      const [computing, measuring] = phases(own, [2, 1]);
      const computed = await computePatch(loaded.session, [plan], options, computing);
      const found = await measurePatch(loaded, computed, { tokens: generated }, measuring);
      read.push(...found.read);
      drifts.push(...(found.drift === null ? [] : [found.drift]));
    }
  } else {
    const on = await loaded.adapters(patches, work);
    const [drifting, measuring] = phases(reading, [on.length > 0 ? 1 : 0, chosen.length]);
    if (on.length > 0) drifts.push(await driftOf(loaded, on, drifting));
    const state = {
      on,
      patches: await withDigests(patches, work),
      driftKl: on.length > 0 ? (drifts[0]?.meanKl ?? null) : 0,
      edit: null,
    };
    for (const [index, { edit }] of chosen.entries()) {
      const own = parted(measuring, index, chosen.length, edit.id);
      read.push(await measureEdit(loaded, edit, state, generated, own));
    }
  }
  return {
    model: loaded.model.path,
    state: params.each ? 'each' : patches.length > 0 ? 'patched' : 'unedited',
    patches: [...patches],
    edits: read.map(({ measured }) => measured),
    summary: measureSummary(read, drifts, generated),
  };
}
