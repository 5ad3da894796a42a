import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { type Change, changeOf } from '../../../src/engine/review/difference/change.ts';
import type { OutlyingRows } from '../../../src/engine/review/difference/outlyingRows.ts';
import type { Spectrum } from '../../../src/engine/review/difference/spectrum.ts';

export interface Shape {
  readonly relative: number;
  readonly floor?: number;
  readonly spikes?: number;
  readonly energy?: number;
  readonly ratio?: number;
  readonly rows?: OutlyingRows;
}

/** A change as a comparison would find it, of a matrix of 64 by 64 in F16. */
export function change(
  name: string,
  { relative, floor = 0, spikes = 0, energy = 0, ratio = 1, rows = { of: 64, count: 0, worst: [] } }: Shape,
): Change {
  const type = GGML_TYPES.get(1);
  if (type === undefined) throw new Error('no F16');
  const tensor = { name, type, ne: [64, 64], elements: 4096, offset: 0, byteLength: 8192, part: 0 };
  const spectrum: Spectrum = {
    values: Array.from({ length: 16 }, (_, index) => (index < spikes ? ratio : 1)),
    edge: 1,
    spikes,
    energy,
    right: [],
    left: [],
    from: 'refined',
  };
  const diff = {
    pair: { name, base: tensor, candidate: tensor },
    equal: false,
    norm: relative,
    baseNorm: 1,
    max: 1,
    changed: 1,
    sketch: undefined,
    rows: undefined,
  };
  return changeOf(diff, floor, spectrum, rows);
}
