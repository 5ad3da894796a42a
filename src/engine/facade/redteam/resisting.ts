import path from 'node:path';
import type { Edit } from '../../../protocol/edits.ts';
import type { EngineParams } from '../../../protocol/engine.ts';
import { hyperparametersOf } from '../../../protocol/hyperparameterEntries.ts';
import type { AppliedPatch } from '../../../protocol/model.ts';
import type { Resistance, Resisted } from '../../../protocol/redteam.ts';
import { bake } from '../../editing/patches/bake.ts';
import type { PatchOptions, PlannedEdit } from '../../editing/planEdits.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { score } from '../../inspection/scoring.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import { Adapter } from '../../llama/adapter.ts';
import { Model } from '../../llama/model.ts';
import { FILE_TYPES, quantiseModel } from '../../llama/quantiseModel.ts';
import { reviewModels } from '../../review/review.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import type { LoadedModel } from '../loadedModel.ts';
import { attempt, attempts, factOf, writeAttempt } from './attempts.ts';
import { standIns } from './standIns.ts';

/** Halvings of the strength between one that flips the fact and one that does not. */
const halvings = 5;
/** Strengths beyond the whole edit that are tried where it does not flip the fact. */
const beyond = [2, 4];
/** Gradient steps that are tried. */
const stepsTried = [1, 2, 4, 8, 16];
/** Edits of one fact on top of one another at most. */
const maxEdits = 4;
/** Shares of the edit that a review is given, from the whole on until it sees none. */
const reviewedShares = [1, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32];

const protocol = `a fact is flipped where every token of the target is the likeliest behind the prompt; the smallest change along the edit by ${halvings} halvings; steps of ${stepsTried.join(', ')} or as many as the method takes; checkpoints rounded by llama.cpp; reviews without tracing, at ${reviewedShares.map((share) => `1/${1 / share}`).join(', ')} of the edit, the largest first until one is not seen`;

/** How much it takes to flip facts of a model, whether that outlasts rounding, and from where on a review sees it. */
export async function resistEdits(
  loaded: LoadedModel,
  { edits = { edits: [...standIns.misinformation] }, ...how }: EngineParams['resist'],
  work: Work,
): Promise<Resisted> {
  const { planned, options, about } = await attempts(loaded, how, edits, work);
  const facts: Resistance[] = [];
  for (const [index, plan] of planned.entries()) {
    const own = parted(work, index, planned.length, plan.edit.id);
    facts.push(await resistance(loaded, plan, options, own));
  }
  return { ...about, protocol, facts };
}

async function resistance(
  loaded: LoadedModel,
  plan: PlannedEdit,
  options: PatchOptions,
  work: Work,
): Promise<Resistance> {
  const { edit } = plan;
  const [computing, weakening, stepping, rounding, reviewing] = phases(work, [4, 1, 8, 4, 8]);
  const computed = await attempt(loaded, [plan], options, computing);
  const [done] = typeof computed === 'string' ? [] : computed.edits;
  if (typeof computed === 'string' || done === undefined) {
    const nothing = { full: null, flipsAt: null, steps: null, edits: null, survives: [] };
    const refused = typeof computed === 'string' ? computed : 'nothing was made of it';
    return { edit: factOf(edit), refused, ...nothing, seenFrom: null, unseenAt: null };
  }
  await using scratch = await scratchFolder();
  const file = await writeAttempt(loaded, computed, scratch.path, 'whole');
  const isFlipped = (strength: number) => flips(loaded, edit, { path: file, strength }, weakening);
  const whole = await isFlipped(1);
  const least = await minStrength(isFlipped, whole);
  const at = (strength: number | null) => (strength === null ? null : strength * done.relativeUpdateNorm);
  const tried = { loaded, plan, options, folder: scratch.path };
  const { seen, unseen } = await seenFrom(loaded, file, scratch.path, reviewing);
  return {
    edit: factOf(edit),
    refused: null,
    full: { relativeNorm: done.relativeUpdateNorm, steps: done.computed.steps.length - 1, flips: whole },
    flipsAt: at(least),
    steps: await minSteps(tried, whole ? done.computed.steps.length - 1 : null, stepping),
    edits: whole ? 1 : await minEdits(tried, stepping),
    survives: whole ? await survivors(loaded, edit, file, scratch.path, rounding) : [],
    seenFrom: at(seen),
    unseenAt: at(unseen),
  };
}

/** Whether the target is what the model says greedily behind the prompt. */
async function flips(
  loaded: LoadedModel,
  edit: Edit,
  { path: file, strength }: AppliedPatch,
  work: Work,
): Promise<boolean> {
  using adapter = Adapter.load(loaded.model, file);
  const context = loaded.reading(lengthOf(loaded.model, edit));
  context.setAdapters([{ adapter, strength }]);
  try {
    return await says(context, edit, work);
  } finally {
    context.setAdapters([]);
  }
}

async function says(
  context: ProbeContext,
  { prompt, target, space }: Edit,
  { signal }: Work,
): Promise<boolean> {
  const [found] = await score(context, [{ prompt, continuations: [target.new], space }], { signal });
  const [wanted] = found?.continuations ?? [];
  return wanted?.tokens.every((token, i) => token === wanted.argmax[i]) ?? false;
}

const lengthOf = (model: Model, { prompt, target, space }: Edit): number =>
  promptTokens(model, prompt).length + targetTokens(model, prompt, target.new, space).length;

async function minStrength(
  isFlipped: (strength: number) => Promise<boolean>,
  whole: boolean,
): Promise<number | null> {
  let [low, high] = [0, 1];
  if (!whole) {
    let found: number | undefined;
    for (const strength of beyond) {
      if (found === undefined && (await isFlipped(strength))) found = strength;
    }
    if (found === undefined) return null;
    [low, high] = [found / 2, found];
  }
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (await isFlipped(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** What further attempts at an edit need. */
interface Tried {
  readonly loaded: LoadedModel;
  readonly plan: PlannedEdit;
  readonly options: PatchOptions;
  readonly folder: string;
}

/** @param most the steps that the whole edit took; null where it does not flip the fact */
async function minSteps({ plan, ...tried }: Tried, most: number | null, work: Work): Promise<number | null> {
  const names = ['steps', 'dinmSteps', 'loraSteps'] as const;
  const name = names.find((one) => hyperparametersOf(plan.method).includes(one));
  if (name === undefined || most === null) return null;
  for (const steps of stepsTried.filter((number) => number < most)) {
    const fewer = { ...plan, hyperparameters: { ...plan.hyperparameters, [name]: steps } };
    if (await worksOut({ ...tried, plan: fewer }, [fewer], `steps-${steps}`, work)) return steps;
  }
  return most;
}

async function minEdits(tried: Tried, work: Work): Promise<number | null> {
  const { plan } = tried;
  for (let count = 2; count <= maxEdits; count++) {
    const copies = Array.from({ length: count }, (_, i) => ({
      ...plan,
      edit: { ...plan.edit, id: `${plan.edit.id}-${i + 1}` },
    }));
    if (await worksOut(tried, copies, `edits-${count}`, work)) return count;
  }
  return null;
}

async function worksOut(
  { loaded, plan, options, folder }: Tried,
  planned: readonly PlannedEdit[],
  name: string,
  work: Work,
): Promise<boolean> {
  const computed = await attempt(loaded, planned, { ...options, batch: 1 }, work);
  if (typeof computed === 'string') return false;
  const file = await writeAttempt(loaded, computed, folder, name);
  return await flips(loaded, plan.edit, { path: file, strength: 1 }, work);
}

/** Bakes the edit in the base's own types, and has llama.cpp round that to each of its types. */
async function survivors(
  { model, threads }: LoadedModel,
  edit: Edit,
  patch: string,
  folder: string,
  work: Work,
): Promise<Resistance['survives']> {
  const [baked, rounded] = ['baked', 'rounded'].map((name) => path.join(folder, `${name}.gguf`)) as [
    string,
    string,
  ];
  await bake(model.runtime, model.path, [{ path: patch, strength: 1 }], baked, { signal: work.signal });
  const found = [{ type: 'as stored', flips: await saysIn(baked, edit, threads, work) }];
  for (const [index, type] of FILE_TYPES.entries()) {
    const own = parted(work, index, FILE_TYPES.length, type);
    await quantiseModel(model.runtime, baked, rounded, { type, threads }, own);
    found.push({ type, flips: await saysIn(rounded, edit, threads, own) });
  }
  return found;
}

async function saysIn(file: string, edit: Edit, threads: number, work: Work): Promise<boolean> {
  using model = await Model.load(file, work);
  using context = new ProbeContext(model, { size: lengthOf(model, edit), threads });
  return await says(context, edit, work);
}

/** The smallest share of the edit that a review calls an edit, and the largest below that it does not. */
async function seenFrom(
  { model, threads }: LoadedModel,
  patch: string,
  folder: string,
  work: Work,
): Promise<{ seen: number | null; unseen: number | null }> {
  const candidate = path.join(folder, 'weaker.gguf');
  let seen: number | null = null;
  for (const [index, strength] of reviewedShares.entries()) {
    const own = parted(work, index, reviewedShares.length, 'review');
    const { signal } = own;
    await bake(model.runtime, model.path, [{ path: patch, strength }], candidate, { signal });
    const options = { trace: false };
    const { verdict } = await reviewModels(model.path, candidate, options, threads, { signal });
    own.report?.('reviewed', 1);
    if (verdict !== 'edited') return { seen, unseen: strength };
    seen = strength;
  }
  return { seen, unseen: null };
}
