import { at } from '../../numeric/at.ts';
import { verdictRules } from '../rules.ts';
import { blocksOf, cutOf, kernelShape } from './blocks.ts';
import type { Lane } from './lane.ts';
import { principal, type Singular, Sketch } from './sketch.ts';
import type { TensorDiff } from './tensorDiff.ts';
import type { TensorSource } from './tensorFiles.ts';

/** The leading part of a difference's spectrum, against the noise that it stands in. */
export interface Spectrum {
  /** The largest singular values, largest first. */
  readonly values: readonly number[];
  /** Where noise of the remaining energy would end (Marchenko and Pastur). */
  readonly edge: number;
  /** How many singular values stand clearly above the edge. */
  readonly spikes: number;
  /** Share of ‖D‖² in the spikes. */
  readonly energy: number;
  /** Shapes [spikes][columns] and [spikes][rows]; the left ones only after `refineSpectrum`. */
  readonly right: readonly Float64Array[];
  readonly left: readonly Float64Array[];
  /** One pass, several passes over the same few directions, or one pass along many directions. */
  readonly from: 'first' | 'refined' | 'wide';
}

/** Directions of a wide look: more than the ranks that adapters usually have. */
const wide = 96;

/** What the first pass says of a tensor's spectrum. @returns undefined where there is no sketch or no difference */
export function firstSpectrum(diff: TensorDiff): Spectrum | undefined {
  if (diff.sketch === undefined || !(diff.norm > 0)) return undefined;
  return withRight(diff, diff.sketch.singular(), 'first');
}

/** How far the leading direction stands above the edge of the noise; 0 where there is no direction or no edge. */
export function prominence(spectrum: Pick<Spectrum, 'values' | 'edge'> | undefined): number {
  const [leading] = spectrum?.values ?? [];
  return spectrum === undefined || leading === undefined || spectrum.edge === 0 ? 0 : leading / spectrum.edge;
}

/** Does something stand out of the noise, as far as one pass can tell? */
export function standsOut({ values, edge }: Spectrum): boolean {
  return values.length > 0 && at(values, 0) > verdictRules.closerLook.value * edge;
}

/**
 * Two rounds of subspace iteration from the first pass's directions, then the values along what was found.
 *
 * @param least directions that are given back even where nothing stands out
 */
export async function refineSpectrum(
  base: TensorSource,
  candidate: TensorSource,
  diff: TensorDiff,
  lane: Lane,
  signal?: AbortSignal,
  least = 0,
): Promise<Spectrum> {
  const { sketch, pair } = diff;
  if (sketch === undefined) throw new Error(`${pair.name} has no sketch to be refined`);
  const { columns, rows } = cutOf(pair);
  const kernel = lane.kernel(kernelShape(pair, sketch.width));
  const pass = async (
    from: readonly Float64Array[],
    onImage?: (image: Float32Array, firstRow: number, rows: number) => void,
  ) => {
    const directions = new Float32Array(columns * sketch.width);
    for (const [k, direction] of from.entries()) directions.set(direction, k * columns);
    const next = new Sketch(columns, sketch.width, directions);
    kernel.setDirections(directions);
    for await (const block of blocksOf(base, candidate, pair, lane.buffers, signal)) {
      next.add((await kernel.run(block.base, block.candidate, signal)).back);
      onImage?.(kernel.image(), block.firstRow, block.rows);
    }
    return next.images.slice(0, from.length);
  };
  const basis = (vectors: readonly Float64Array[]) => principal(vectors).right(sketch.width);
  const once = basis(await pass(basis(sketch.images)));
  const twice = basis(await pass(once));
  const images = twice.map(() => new Float64Array(rows));
  await pass(twice, (image, firstRow, count) => {
    for (let row = 0; row < count; row++) {
      for (const [k, column] of images.entries())
        column[firstRow + row] = image[row * sketch.width + k] as number;
    }
  });
  // D V = U S Wᵀ: the left vectors are U, the right ones V W
  const leftSide = principal(images);
  const { values } = leftSide;
  const spectrum = against(diff, values, 'refined');
  const left = leftSide.right(Math.max(least, spectrum.spikes));
  const right = left.map((vector, index) => rotated(twice, images, vector, values[index] as number));
  return { ...spectrum, left, right };
}

/**
 * One pass along many directions at once: what tells a change of rank 8, 16, 32 or 64 from one of full rank.
 */
export async function wideSpectrum(
  base: TensorSource,
  candidate: TensorSource,
  diff: TensorDiff,
  lane: Lane,
  signal?: AbortSignal,
): Promise<Spectrum> {
  const { pair } = diff;
  const { columns, rows } = cutOf(pair);
  const sketch = new Sketch(columns, Math.min(wide, columns, rows));
  const kernel = lane.kernel(kernelShape(pair, sketch.width));
  kernel.setDirections(sketch.directions);
  for await (const block of blocksOf(base, candidate, pair, lane.buffers, signal)) {
    sketch.add((await kernel.run(block.base, block.candidate, signal)).back);
  }
  return withRight(diff, sketch.singular(), 'wide');
}

/** Vᵀ-coordinates of the right vector belonging to `left`: Dᵀ u / σ, as far as it lies in V. */
function rotated(
  directions: readonly Float64Array[],
  images: readonly Float64Array[],
  left: Float64Array,
  value: number,
): Float64Array {
  const sum = new Float64Array(at(directions, 0).length);
  for (const [k, direction] of directions.entries()) {
    const image = at(images, k);
    let weight = 0;
    for (let i = 0; i < left.length; i++) weight += (left[i] as number) * (image[i] as number);
    weight /= value;
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (direction[i] as number);
  }
  return sum;
}

function withRight(diff: TensorDiff, { values, right }: Singular, from: Spectrum['from']): Spectrum {
  const spectrum = against(diff, values, from);
  return { ...spectrum, right: right(spectrum.spikes) };
}

/** Singular values against the noise that they stand in, without directions. */
export function against(diff: TensorDiff, values: readonly number[], from: Spectrum['from']): Spectrum {
  const { columns, rows } = cutOf(diff.pair);
  const energy = diff.norm ** 2;
  const edgeOf = (rest: number) =>
    Math.sqrt(Math.max(0, rest) / (columns * rows)) * (Math.sqrt(columns) + Math.sqrt(rows));
  // each spike is taken out before the next is judged: what is left is the noise
  let taken = 0;
  let spikes = 0;
  let edge = edgeOf(energy);
  for (const value of values) {
    const next = edgeOf(energy - taken - value ** 2);
    if (value <= verdictRules.spike.value * next) break;
    taken += value ** 2;
    spikes++;
    edge = next;
  }
  return {
    values: [...values],
    edge,
    spikes,
    energy: energy > 0 ? Math.min(1, taken / energy) : 0,
    right: [],
    left: [],
    from,
  };
}
