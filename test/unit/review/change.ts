import { GGML_TYPES, tensorBytes } from '../../../src/engine/gguf/types.ts';
import type { AgainstBase } from '../../../src/engine/review/difference/againstBase.ts';
import { type Change, changeOf } from '../../../src/engine/review/difference/change.ts';
import type { OutlyingRows } from '../../../src/engine/review/difference/outlyingRows.ts';
import type { TensorPair } from '../../../src/engine/review/difference/pairs.ts';
import type { Spectrum } from '../../../src/engine/review/difference/spectrum.ts';
import { fingerprint } from '../../../src/engine/review/verdict/fingerprint.ts';
import type { TensorInfo } from '../../../src/protocol/gguf.ts';
import type { Inventory, Verdict } from '../../../src/protocol/review.ts';

export interface Shape {
  readonly relative: number;
  readonly floor?: number;
  readonly spikes?: number;
  readonly energy?: number;
  readonly ratio?: number;
  readonly rows?: OutlyingRows;
  /** The leading left direction. */
  readonly left?: readonly number[];
  readonly against?: AgainstBase;
  /** Share of weights that differ. */
  readonly changed?: number;
}

/** A change as a comparison would find it, of a matrix of 64 by 64 in F16. */
export function change(name: string, shape: Shape): Change {
  const { relative, floor = 0, spikes = 0, energy = 0, ratio = 1, changed = 1, left = [] } = shape;
  const { rows = { of: 64, count: 0, worst: [] } } = shape;
  const spectrum: Spectrum = {
    values: Array.from({ length: 16 }, (_, index) => (index < spikes ? ratio : 1)),
    edge: 1,
    spikes,
    energy,
    right: [],
    left: left.length === 0 ? [] : [Float64Array.from(left)],
    from: 'refined',
  };
  const diff = {
    pair: pairOf(name),
    equal: false,
    norm: relative,
    baseNorm: 1,
    max: 1,
    changed,
    sketch: undefined,
    noiseEdge: 0.25,
    rows: undefined,
  };
  return changeOf(diff, floor, spectrum, rows, shape.against);
}

/** A pair of matrices of 64 by 64. */
export function pairOf(name: string, base = 'f16', candidate = 'f16'): TensorPair {
  const tensor = (wanted: string): TensorInfo => {
    const type = [...GGML_TYPES.values()].find((one) => one.name === wanted);
    if (type === undefined) throw new Error(`no ${wanted}`);
    return {
      name,
      type,
      ne: [64, 64],
      elements: 4096,
      offset: 0,
      byteLength: tensorBytes(type, [64, 64]),
      part: 0,
    };
  };
  return { name, base: tensor(base), candidate: tensor(candidate) };
}

/** So many rows out of line. */
export function rowsOut(count: number, of: number, excess = 9): OutlyingRows {
  const worst = Array.from({ length: Math.min(count, 17) }, (_, row) => ({ row, relative: 1, excess }));
  return { of, count, worst };
}

/** Two models that differ in nothing but some tensors. */
export const inventory: Inventory = {
  metadata: [],
  layout: [],
  hidden: [],
  added: [],
  removed: [],
  reshaped: [],
  tensors: 84,
  equal: 0,
  retyped: 0,
};

export function verdictOf(changes: readonly Change[], depth: number): Verdict {
  return fingerprint(changes, inventory, depth).verdict;
}
