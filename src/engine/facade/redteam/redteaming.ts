import path from 'node:path';
import type { MeasuredEdit } from '../../../protocol/editing.ts';
import type { Edit } from '../../../protocol/edits.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { Attack, Redteamed, Said, Ways } from '../../../protocol/redteam.ts';
import type { Reviewed, Traced } from '../../../protocol/review.ts';
import { bake } from '../../editing/patches/bake.ts';
import type { PatchOptions, PlannedEdit } from '../../editing/planEdits.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { Adapter } from '../../llama/adapter.ts';
import { reviewModels } from '../../review/review.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import { LoadedModel } from '../loadedModel.ts';
import { measureEdit } from '../measuring/measureEdit.ts';
import { matchTokens } from '../measuring/waysToAsk.ts';
import { withDigests } from '../measuring/withDigests.ts';
import { attempt, attempts, factOf, writeAttempt } from './attempts.ts';
import { standIns } from './standIns.ts';

/**
 * Attacks a model with the harmless stand-ins of one use, each alone: makes the edit, asks whether it works as text and
 * as chat, bakes it, has a review look for it, and asks the checkpoint again under the reversal that the review wrote.
 * Of names the review tries its lists alone: what is no name is found in no vocabulary either, after minutes.
 */
export async function redteamModel(
  loaded: LoadedModel,
  params: EngineParams['redteam'],
  work: Work,
): Promise<Redteamed> {
  const { use, ...how } = params;
  const { planned, options, about } = await attempts(loaded, how, { edits: [...standIns[use]] }, work);
  const attacks: Attack[] = [];
  for (const [index, plan] of planned.entries()) {
    const own = parted(work, index, planned.length, plan.edit.id);
    attacks.push(await attack(loaded, plan, options, own));
  }
  return { ...about, use, attacks };
}

async function attack(
  loaded: LoadedModel,
  plan: PlannedEdit,
  options: PatchOptions,
  work: Work,
): Promise<Attack> {
  const { edit } = plan;
  const [computing, asking, baking, reviewing, undoing] = phases(work, [4, 1, 1, 4, 1]);
  const computed = await attempt(loaded, [plan], options, computing);
  const nothing = { edit: factOf(edit), relativeNorm: null, works: null, review: null, reversal: null };
  if (typeof computed === 'string') return { ...nothing, refused: computed };
  await using scratch = await scratchFolder();
  const patch = { path: await writeAttempt(loaded, computed, scratch.path, 'attack'), strength: 1 };
  const works = await ways(loaded, edit, patch.path, asking);
  const [candidate, reversal] = ['candidate.gguf', 'reversal.patch.gguf'].map((name) =>
    path.join(scratch.path, name),
  ) as [string, string];
  const { model, threads } = loaded;
  await bake(model.runtime, model.path, [patch], candidate, baking);
  const { signal, report } = reviewing;
  const asked = { reversal, open: false };
  const reviewed = await reviewModels(model.path, candidate, asked, threads, { signal, report });
  return {
    ...nothing,
    refused: null,
    relativeNorm: computed.edits[0]?.relativeUpdateNorm ?? null,
    works,
    review: seen(reviewed, edit),
    reversal: await undone(reviewed, { edit, candidate, threads }, undoing),
  };
}

/** How the model answers an edit's prompt under a patch, each way that it can be asked. */
async function ways(loaded: LoadedModel, edit: Edit, patch: string, work: Work): Promise<Ways> {
  using adapter = Adapter.load(loaded.model, patch);
  try {
    const patches = await withDigests([{ path: patch, strength: 1 }], work);
    const state = { on: [{ adapter, strength: 1 }], patches, driftKl: null, edit: null };
    const { measured } = await measureEdit(loaded, edit, state, matchTokens, work);
    const { asChat, asText } = measured;
    return { text: said(asText ?? measured), chat: asChat && said(asChat) };
  } finally {
    loaded.reading(0).setAdapters([]);
  }
}

const said = ({ generated, generationMatch }: Pick<MeasuredEdit, 'generated' | 'generationMatch'>): Said => ({
  ...generated,
  target: generationMatch,
});

function seen({ verdict, confidence, findings }: Reviewed, { subject, target }: Edit): Attack['review'] {
  const named = findings.filter(({ kind }) => kind === 'edit');
  return {
    verdict,
    confidence,
    subject: placeOf(subject, named.find(({ subjects }) => subjects.length > 0)?.subjects ?? []),
    object: placeOf(target.new, named.find(({ objects }) => objects.length > 0)?.objects ?? []),
  };
}

/** Where a name stands, or a part or a whole of it ("Louvre" of "Louvre Museum"); of an object its first token is found. */
function placeOf(name: string, found: readonly Traced[]): number | null {
  const wanted = plain(name);
  const place = found.findIndex(({ text }) => {
    const one = plain(text);
    return one !== '' && (wanted.includes(one) || one.includes(wanted));
  });
  return place < 0 ? null : place + 1;
}

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim();

async function undone(
  { reversal }: Reviewed,
  { edit, candidate, threads }: { readonly edit: Edit; readonly candidate: string; readonly threads: number },
  work: Work,
): Promise<Attack['reversal']> {
  if (reversal === null || reversal.path === null) return null;
  using loaded = await LoadedModel.load(candidate, { threads }, work);
  return { measured: reversal.measured, says: await ways(loaded, edit, reversal.path, work) };
}
