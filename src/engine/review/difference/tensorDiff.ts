import { type Block, blocksOf, cutOf, kernelShape } from './blocks.ts';
import type { DifferenceKernel } from './differenceKernel.ts';
import type { Lane } from './lane.ts';
import type { TensorPair } from './pairs.ts';
import { RowSquares } from './rowSquares.ts';
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
  /** Where the spectrum of noise would end that is as large as the base's weights around it; 0 where nothing was computed. */
  readonly noiseEdge: number;
  /** How far each row lies from the base's; undefined for equal tensors and types that hold no weights. */
  readonly rows: RowSquares | undefined;
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
  const comparable = holdsWeights(pair.base.type.name) && holdsWeights(pair.candidate.type.name);
  let measured: Measured | undefined;
  let equalRows = 0;
  for await (const block of blocksOf(base, candidate, pair, lane.buffers, signal)) {
    if (measured === undefined && sameType && Buffer.compare(block.base, block.candidate) === 0) continue;
    if (!comparable) return incomparable(pair);
    if (measured === undefined) {
      measured = new Measured(pair, lane);
      equalRows = block.firstRow;
    }
    await measured.add(block, signal);
  }
  if (measured === undefined) return equal(pair);
  // what is equal before the first difference counts as well, for the base's norm
  if (equalRows > 0) {
    for await (const block of blocksOf(base, candidate, pair, lane.buffers, signal, equalRows)) {
      await measured.add(block, signal);
    }
  }
  return measured.result();
}

/** Of a pair whose bytes are the same. */
export const equal = (pair: TensorPair): TensorDiff => ({
  pair,
  equal: true,
  norm: 0,
  baseNorm: 0,
  max: 0,
  changed: 0,
  sketch: undefined,
  noiseEdge: 0,
  rows: undefined,
});

function incomparable(pair: TensorPair): TensorDiff {
  const unknown = Number.NaN;
  return {
    pair,
    equal: false,
    norm: unknown,
    baseNorm: unknown,
    max: unknown,
    changed: 1,
    sketch: undefined,
    noiseEdge: 0,
    rows: undefined,
  };
}

/** What the blocks of a pair add up to. */
class Measured {
  readonly #pair: TensorPair;
  readonly #kernel: DifferenceKernel;
  readonly #sketch: Sketch | undefined;
  readonly #rows: RowSquares;
  #max = 0;
  #changed = 0;

  constructor(pair: TensorPair, lane: Lane) {
    const { columns, rows } = cutOf(pair);
    // a matrix so narrow that its spectrum tells nothing, such as a vector, gets no sketch
    const width = Math.min(columns, rows) >= 2 * sketchWidth ? sketchWidth : 0;
    this.#pair = pair;
    this.#rows = new RowSquares(pair);
    this.#kernel = lane.kernel(kernelShape(pair, width));
    if (width === 0) return;
    this.#sketch = new Sketch(columns, width, lane.directions(columns, width));
    this.#kernel.setDirections(this.#sketch.directions);
  }

  async add({ base, candidate, firstRow, rows }: Block, signal: AbortSignal | undefined): Promise<void> {
    const { squares, baseSquares, back } = await this.#kernel.run(base, candidate, signal);
    this.#rows.add(firstRow, rows, baseSquares, squares);
    this.#sketch?.add(back);
    const { max, nonZero } = this.#kernel.extremes();
    this.#max = Math.max(this.#max, max);
    this.#changed += nonZero;
  }

  result(): TensorDiff {
    const { columns, rows } = cutOf(this.#pair);
    return {
      pair: this.#pair,
      equal: false,
      norm: normOf(this.#rows.difference),
      baseNorm: normOf(this.#rows.base),
      max: this.#max,
      changed: this.#changed / (rows * columns),
      sketch: this.#sketch,
      noiseEdge: this.#rows.noiseEdge(),
      rows: this.#rows,
    };
  }
}

function normOf(squares: Float64Array): number {
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
}
