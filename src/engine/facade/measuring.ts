import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Measured } from '../../protocol/editing.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Drift } from '../../protocol/measures.ts';
import { computePatch, type PlannedEdit } from '../editing/computePatch.ts';
import { writePatch } from '../editing/writePatch.ts';
import { measureDrift } from '../inspection/drift.ts';
import { Adapter } from '../llama/adapter.ts';
import type { Applied } from '../llama/context.ts';
import { mean } from '../measures/cases.ts';
import { counterfact } from '../measures/counterfact.ts';
import { easyEdit } from '../measures/easyedit.ts';
import { fluency } from '../measures/fluency.ts';
import { generationMatch } from '../measures/generationMatch.ts';
import type { Work } from '../progress.ts';
import type { EngineWork } from './api.ts';
import { chosenEdits } from './chosenEdits.ts';
import { patchOptions, reports, stepOf } from './editing.ts';
import { type LoadedModel, switchOf } from './loadedModel.ts';
import { matchTokens, measureEdit, type Read } from './measureEdit.ts';

/** Greedy tokens that fluency is measured on, as in the ROME release. */
const fluencyTokens = 100;
/** Tokens of the context that control text is read through. */
const driftContext = 64;

/** Measures edits by all published protocols: as the model is, under patches, or each edit computed and on alone. */
export async function measureEdits(
  loaded: LoadedModel,
  params: EngineParams['measure'],
  { onEvent, ...work }: EngineWork<'measure'>,
): Promise<Measured> {
  const options = await patchOptions(params, onEvent);
  const chosen = await chosenEdits(loaded, params, options, work);
  const generated = params.fluency ? fluencyTokens : matchTokens;
  const read: Read[] = [];
  const drifts: Drift[] = [];
  const drift = async (on: readonly Applied[], own: Work) => {
    const context = loaded.reading(driftContext);
    const found = await measureDrift(context, switchOf(context, on), own);
    drifts.push(found);
    return found.meanKl;
  };
  const patches = params.each ? [] : (params.patches ?? loaded.applied);
  if (params.each) {
    await using scratch = await scratchFolder();
    const file = path.join(scratch.path, 'edit.patch.gguf');
    for (const [index, plan] of chosen.entries()) {
      const own = stepOf(work, index, chosen.length, plan.edit.id);
      const computed = await computePatch(loaded.session, [plan], options, own);
      await writePatch(loaded.model.runtime, file, computed.contents, []);
      using adapter = Adapter.load(loaded.model, file);
      try {
        const on = [{ adapter, strength: 1 }];
        const state = { on, driftKl: await drift(on, own), edit: reports(computed)[0] ?? null };
        read.push(await measureEdit(loaded, plan.edit, state, generated, own));
      } finally {
        loaded.reading(0).setAdapters([]);
      }
    }
  } else {
    const on = await loaded.adapters(patches, work);
    const state = { on, driftKl: on.length > 0 ? await drift(on, work) : 0, edit: null };
    for (const [index, { edit }] of chosen.entries()) {
      const own = stepOf(work, index, chosen.length, edit.id);
      read.push(await measureEdit(loaded, edit, state, generated, own));
    }
  }
  return {
    model: loaded.model.path,
    state: params.each ? 'each' : patches.length > 0 ? 'patched' : 'unedited',
    patches: [...patches],
    edits: read.map(({ measured }) => measured),
    summary: summary(chosen, read, drifts, generated),
  };
}

/** A folder for patches that nobody keeps. */
async function scratchFolder(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

function summary(
  chosen: readonly PlannedEdit[],
  read: readonly Read[],
  drifts: readonly Drift[],
  generated: number,
): Measured['summary'] {
  const cases = read.map(({ measured }) => measured.probes);
  const matches = read.map(({ continuation }, index) => ({
    generated: continuation,
    target: chosen[index]?.edit.target.new ?? '',
  }));
  const texts = (state: 'before' | 'after') => read.map(({ measured }) => measured.generated[state]);
  return {
    counterfact: counterfact(cases),
    easyEdit: easyEdit(cases),
    generationMatch: generationMatch(matches, matchTokens),
    fluency:
      generated < fluencyTokens
        ? null
        : { before: fluency(texts('before'), generated), after: fluency(texts('after'), generated) },
    drift: overall(drifts),
  };
}

/** Drift over all edits that were measured alone: the mean, and the largest at any token of any edit. */
function overall(drifts: readonly Drift[]): Drift | null {
  const [first, ...others] = drifts;
  if (first === undefined || others.length === 0) return first ?? null;
  return {
    protocol: `${first.protocol}; averaged over ${drifts.length} edits, each on alone`,
    n: drifts.reduce((sum, { n }) => sum + n, 0),
    meanKl: mean(drifts.map(({ meanKl }) => meanKl)),
    maxKl: Math.max(...drifts.map(({ maxKl }) => maxKl)),
    perplexityBefore: first.perplexityBefore,
    perplexityAfter: mean(drifts.map(({ perplexityAfter }) => perplexityAfter)),
  };
}
