import { blocksOf, cutOf, kernelShape } from './blocks.ts';
import type { Lane } from './lane.ts';
import type { TensorPair } from './pairs.ts';
import { Sketch } from './sketch.ts';
import type { TensorSource } from './tensorFiles.ts';

/** How far a tensor of the candidate lies from the base's, on the values that the stored bytes stand for. */
export interface TensorDiff {
  readonly pair: TensorPair;
  /** Byte for byte the same. */
  readonly equal: boolean;
  /** ‖candidate − base‖, Frobenius; NaN where a weight is no number. */
  readonly norm: number;
  /** ‖base‖; 0 where the tensors are equal and nothing was computed. */
  readonly baseNorm: number;
  /** The largest |difference| of one element. */
  readonly max: number;
  /** Share of elements that differ. */
  readonly changed: number;
  /** What a spectrum is estimated from; undefined for equal tensors, vectors and types that hold no weights. */
  readonly sketch: Sketch | undefined;
}

/** Directions that the first pass looks along. */
const sketchWidth = 16;

/** Types of integers and doubles, which are compared by their bytes alone. */
const opaque: ReadonlySet<string> = new Set(['i8', 'i16', 'i32', 'i64', 'f64', 'q8_1', 'q8_K']);

/** Can values of this type of ggml be read as weights? */
export function holdsWeights(type: string): boolean {
  return !opaque.has(type);
}

/** Compares a pair block by block; equal tensors are recognised by their bytes. */
export async function diffTensor(
  base: TensorSource,
  candidate: TensorSource,
  pair: TensorPair,
  lane: Lane,
  signal?: AbortSignal,
): Promise<TensorDiff> {
  const sameType = pair.base.type.id === pair.candidate.type.id;
  if (sameType && (await equalBytes(base, candidate, pair, signal))) {
    return { pair, equal: true, norm: 0, baseNorm: 0, max: 0, changed: 0, sketch: undefined };
  }
  if (!holdsWeights(pair.base.type.name) || !holdsWeights(pair.candidate.type.name)) {
    return {
      pair,
      equal: false,
      norm: Number.NaN,
      baseNorm: Number.NaN,
      max: Number.NaN,
      changed: 1,
      sketch: undefined,
    };
  }
  return await measure(base, candidate, pair, lane, signal);
}

async function equalBytes(
  base: TensorSource,
  candidate: TensorSource,
  pair: TensorPair,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for await (const block of blocksOf(base, candidate, pair, signal)) {
    if (Buffer.compare(block.base, block.candidate) !== 0) return false;
  }
  return true;
}

async function measure(
  base: TensorSource,
  candidate: TensorSource,
  pair: TensorPair,
  lane: Lane,
  signal: AbortSignal | undefined,
): Promise<TensorDiff> {
  const { columns, rows } = cutOf(pair);
  // a matrix so narrow that its spectrum tells nothing, such as a vector, gets no sketch
  const width = Math.min(columns, rows) >= 2 * sketchWidth ? sketchWidth : 0;
  const kernel = lane.kernel(kernelShape(pair, width));
  const sketch = width > 0 ? new Sketch(columns, width) : undefined;
  if (sketch !== undefined) kernel.setDirections(sketch.directions);
  let squares = 0;
  let baseSquares = 0;
  let max = 0;
  let changed = 0;
  for await (const block of blocksOf(base, candidate, pair, signal)) {
    const result = await kernel.run(block.base, block.candidate, signal);
    squares += result.squares;
    baseSquares += result.baseSquares;
    const { difference } = result;
    const count = block.rows * columns;
    for (let i = 0; i < count; i++) {
      const size = Math.abs(difference[i] as number);
      if (size > max) max = size;
      if (size !== 0) changed++;
    }
    if (sketch !== undefined && result.sketch !== undefined) sketch.add(result.sketch.back);
  }
  return {
    pair,
    equal: false,
    norm: Math.sqrt(squares),
    baseNorm: Math.sqrt(baseSquares),
    max,
    changed: changed / (rows * columns),
    sketch,
  };
}
