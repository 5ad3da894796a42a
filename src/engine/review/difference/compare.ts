import { InputError } from '../../errors.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { phases, type Work } from '../../work/progress.ts';
import { verdictRules } from '../rules.ts';
import { type AgainstBase, againstBase } from './againstBase.ts';
import { spectrumBeyondRounding } from './beyondRounding.ts';
import { type Change, changeOf, relativeOf, saysNothing } from './change.ts';
import { type Explanation, explain } from './explanation.ts';
import { placeOf } from './inventory.ts';
import { type Lane, overLanes } from './lane.ts';
import type { OutlyingRows } from './outlyingRows.ts';
import { isRetyped, type Pairing, pairTensors } from './pairs.ts';
import { withoutCommonSpikes } from './peers.ts';
import { explained, roundedAnew } from './rounding.ts';
import { noneTheSame, type SamePlaces } from './samePlaces.ts';
import {
  firstSpectrum,
  prominence,
  refineSpectrum,
  type Spectrum,
  standsOut,
  wideSpectrum,
} from './spectrum.ts';
import { diffTensor, equal, type TensorDiff } from './tensorDiff.ts';
import { type Compared, TensorFiles } from './tensorFiles.ts';

export interface Comparison {
  readonly pairing: Pairing;
  /** One for every pair, in the base's order. */
  readonly diffs: readonly TensorDiff[];
  /** The tensors that differ, in the base's order. */
  readonly changes: readonly Change[];
}

/** Matrices that are looked at again, the ones that stand out most. */
const maxRefined = 24;
/** Matrices whose rank is looked for where so many stand out that an adapter may have been merged. */
const widened = 8;

/**
 * Compares all tensors of two models, streamed by position; memory does not grow with the models.
 *
 * @param same what is known to be equal, and is not read
 * @throws InputError when a file changes meanwhile, or holds weights that are no numbers
 */
export async function compareModels(
  runtime: Runtime,
  baseModel: Compared,
  candidateModel: Compared,
  lanes: readonly Lane[],
  work: Work = {},
  same: SamePlaces = noneTheSame,
): Promise<Comparison> {
  const [reading, looking] = phases(work, [4, 1]);
  await using base = await TensorFiles.open(baseModel);
  await using candidate = await TensorFiles.open(candidateModel);
  const pairing = pairTensors(baseModel, candidateModel);
  // the largest first, so that no lane is left alone with one at the end
  const order = [...pairing.pairs].sort((a, b) => b.base.elements - a.base.elements);
  const total = order.reduce((sum, pair) => sum + pair.base.byteLength + pair.candidate.byteLength, 0);
  const spectra = new Map<TensorDiff, Spectrum>();
  const explanations = new Map<TensorDiff, Explanation>();
  let done = 0;
  const unsorted = await overLanes(lanes, order, async (pair, lane) => {
    const measured = same.has(pair)
      ? equal(pair)
      : await diffTensor(base, candidate, pair, lane, work.signal);
    expectNumbers(measured, baseModel.header.name, candidateModel.header.name);
    const spectrum = firstSpectrum(measured);
    // the sketch has served, unless something is to be looked at again
    const keep = spectrum !== undefined && standsOut(spectrum);
    const diff = { ...measured, sketch: keep ? measured.sketch : undefined, rows: undefined };
    if (spectrum !== undefined) spectra.set(diff, spectrum);
    if (!measured.equal) explanations.set(diff, await explain(runtime, { base, candidate }, measured));
    done += pair.base.byteLength + pair.candidate.byteLength;
    reading.report?.('comparing tensors', done / total);
    return diff;
  });
  const byName = new Map(unsorted.map((diff) => [diff.pair.name, diff]));
  const diffs = pairing.pairs.flatMap(({ name }) => byName.get(name) ?? []);
  const changed = diffs.filter(({ equal }) => !equal);
  const isRounded = roundedAnew(diffs);
  const explanationOf = (diff: TensorDiff): { readonly floor: number; readonly rows: OutlyingRows } => {
    const found = explanations.get(diff);
    if (found === undefined) throw new Error(`${diff.pair.name} was not explained`);
    const { floor, beyond, differing } = found;
    return isRounded(diff.pair) ? { floor, rows: beyond } : { floor: 0, rows: differing };
  };
  const floorOf = (diff: TensorDiff) => explanationOf(diff).floor;
  const [again, held] = phases(looking, [3, 1]);
  const chosen = await lookAgain(runtime, base, candidate, spectra, floorOf, lanes, again);
  const other = moved(changed, floorOf).filter((diff) => !chosen.includes(diff));
  const toHold = [...chosen, ...other.slice(0, maxRefined)];
  const against = await holdAgainstBase(base, candidate, toHold, spectra, lanes, held);
  if (mayBeAdapter(standing(spectra).length)) await widen(base, candidate, chosen, spectra, lanes, looking);
  await base.expectUnchanged();
  await candidate.expectUnchanged();
  const seen = changed.map((diff) => {
    const { floor, rows } = explanationOf(diff);
    return changeOf(diff, floor, spectra.get(diff), rows, against.get(diff));
  });
  return { pairing, diffs, changes: withoutCommonSpikes(seen) };
}

function expectNumbers(
  { equal, norm, baseNorm, sketch, pair }: TensorDiff,
  base: string,
  candidate: string,
): void {
  if (equal || Number.isFinite(norm) || (Number.isNaN(baseNorm) && sketch === undefined)) return;
  const which = Number.isFinite(baseNorm) ? candidate : base;
  throw new InputError(`${which} is damaged: ${pair.name} holds weights that are not finite numbers.`);
}

/** Refines the spectra of what stands out most. */
async function lookAgain(
  runtime: Runtime,
  base: TensorFiles,
  candidate: TensorFiles,
  spectra: Map<TensorDiff, Spectrum>,
  floorOf: (diff: TensorDiff) => number,
  lanes: readonly Lane[],
  work: Work,
): Promise<TensorDiff[]> {
  const prominenceOf = (diff: TensorDiff) => prominence(spectra.get(diff));
  let done = 0;
  // what no closer look would make count is not looked at again
  const most = standing(spectra).sort((a, b) => prominenceOf(b) - prominenceOf(a));
  const counted = most.filter((diff) => !saysNothing(placeOf(diff.pair.name).role, floorOf(diff)));
  const chosen = counted.slice(0, maxRefined);
  const refined = await overLanes(lanes, chosen, async (diff, lane) => {
    const spectrum = await refineSpectrum(base, candidate, diff, lane, work.signal);
    const beyond =
      isRetyped(diff.pair) && spectrum.spikes > 0
        ? await spectrumBeyondRounding(runtime, base, candidate, diff, lane, work.signal)
        : 'unknown';
    work.report?.('looking at what stands out', ++done / chosen.length);
    if (beyond === 'unknown') return spectrum;
    // a few weights that were rounded the other way stand out of next to nothing: the first noise stays the measure
    const bound = verdictRules.spike.value * spectrum.edge;
    const spikes = beyond === 'nothing' ? 0 : countAbove(beyond, bound);
    const { values, edge, right, left } = beyond === 'nothing' ? spectrum : beyond;
    const energy = Math.min(1, squaresOf(values.slice(0, spikes)) / diff.norm ** 2);
    return {
      ...spectrum,
      values,
      edge: Math.max(edge, spectrum.edge),
      spikes,
      energy,
      right: right.slice(0, spikes),
      left: left.slice(0, spikes),
    };
  });
  for (const [index, spectrum] of refined.entries()) {
    const diff = chosen[index];
    if (diff !== undefined) spectra.set(diff, spectrum);
  }
  return chosen;
}

function standing(spectra: ReadonlyMap<TensorDiff, Spectrum>): TensorDiff[] {
  return [...spectra].filter(([, spectrum]) => standsOut(spectrum)).map(([diff]) => diff);
}

/** The matrices that changed by more than rounding explains, most first. */
function moved(changed: readonly TensorDiff[], floorOf: (diff: TensorDiff) => number): TensorDiff[] {
  return changed
    .filter(({ pair, norm }) => pair.base.ne.length > 1 && Number.isFinite(norm))
    .filter((diff) => relativeOf(diff) > explained(floorOf(diff)))
    .sort((a, b) => relativeOf(b) - relativeOf(a));
}

/** How the changes stand to the weights, along the directions that were found. */
async function holdAgainstBase(
  base: TensorFiles,
  candidate: TensorFiles,
  chosen: readonly TensorDiff[],
  spectra: ReadonlyMap<TensorDiff, Spectrum>,
  lanes: readonly Lane[],
  work: Work,
): Promise<Map<TensorDiff, AgainstBase>> {
  let done = 0;
  const found = await overLanes(lanes, chosen, async (diff, lane) => {
    const { left = [], right = [] } = spectra.get(diff) ?? {};
    const against = await againstBase(
      base,
      candidate,
      diff,
      { left, right: right.slice(0, left.length) },
      lane,
      work.signal,
    );
    work.report?.('holding changes against the weights', ++done / chosen.length);
    return [diff, against] as const;
  });
  return new Map(found);
}

/** Do more matrices stand out than are edited at once? */
export const mayBeAdapter = (standing: number): boolean => standing > verdictRules.wideLook.value;

/** Where very many matrices stand out, the ranks of some are looked for beyond what the sketch can see. */
async function widen(
  base: TensorFiles,
  candidate: TensorFiles,
  chosen: readonly TensorDiff[],
  spectra: Map<TensorDiff, Spectrum>,
  lanes: readonly Lane[],
  work: Work,
): Promise<void> {
  const some = chosen.slice(0, widened);
  const wide = await overLanes(lanes, some, (diff, lane) =>
    wideSpectrum(base, candidate, diff, lane, work.signal),
  );
  for (const [index, spectrum] of wide.entries()) {
    const diff = some[index];
    if (diff !== undefined && spectrum.spikes >= (spectra.get(diff)?.spikes ?? 0))
      spectra.set(diff, spectrum);
  }
}

function countAbove({ values, spikes }: Spectrum, bound: number): number {
  return values.filter((value, index) => index < spikes && value > bound).length;
}

function squaresOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
