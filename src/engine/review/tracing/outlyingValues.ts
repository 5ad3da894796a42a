import { aboveLine } from '../../linalg/trimmedLine.ts';
import { norm } from '../../linalg/vector.ts';
import type { Work } from '../../progress.ts';
import type { KeyReader } from './keyReader.ts';
import { readNames } from './nameKeys.ts';

/** A name at which a layer's MLP adds more than its key leads to expect. */
export interface OutlyingValue {
  readonly name: string;
  /** Which of the reader's weights. */
  readonly weight: number;
  /** The excess as a multiple of the excess that one name in 300 reaches in the same layer. */
  readonly excess: number;
}

/** What a weight's keys and values are like over all names. */
export interface Usual {
  /** The mean square of each dimension of the key. Shape [width] */
  readonly squares: Float64Array;
  /** The mean value. Shape [embedding] */
  readonly mean: Float64Array;
}

/** The share of names whose excess is the unit. */
const unitShare = 1 / 300;

/**
 * An edit makes a layer add at its subject what carries the new fact through all layers above: ‖W k‖ is large there for
 * its ‖k‖. Each layer is held against itself, along the line of log ‖W k‖ in log ‖k‖ over all names, and against its own
 * tail, since early layers add much at some words of every model.
 *
 * @param reader of keys and values
 * @returns every name in every layer, the furthest out first
 */
export async function outlyingValues(
  reader: KeyReader,
  names: readonly string[],
  work: Work = {},
): Promise<{ readonly found: OutlyingValue[]; readonly usual: Usual[] }> {
  const read: string[] = [];
  const lengths: { keys: number[]; values: number[] }[] = [];
  const sums: Usual[] = [];
  const onKeys = (name: string, keys: readonly Float32Array[], values: readonly Float32Array[]) => {
    read.push(name);
    for (const [weight, key] of keys.entries()) {
      const value = values[weight] ?? new Float32Array();
      lengths[weight] ??= { keys: [], values: [] };
      lengths[weight].keys.push(logNorm(key));
      lengths[weight].values.push(logNorm(value));
      sums[weight] ??= { squares: new Float64Array(key.length), mean: new Float64Array(value.length) };
      addTo(sums[weight].squares, key, (x) => x * x);
      addTo(sums[weight].mean, value, (x) => x);
    }
  };
  await readNames(reader, names, onKeys, work);
  for (const { squares, mean } of sums) {
    for (const all of [squares, mean]) for (const [i, x] of all.entries()) all[i] = x / read.length;
  }
  const found = lengths.flatMap(({ keys, values }, weight) => {
    const above = aboveLine(keys, values);
    const [unit = 0] = [...above].sort((a, b) => b - a).slice(Math.floor(unitShare * above.length));
    return read.map((name, i) => ({ name, weight, excess: unit > 0 ? (above[i] ?? 0) / unit : 0 }));
  });
  return { found: found.sort((a, b) => b.excess - a.excess), usual: sums };
}

const logNorm = (values: Float32Array) => Math.log(Math.max(norm(Float64Array.from(values)), 1e-30));

function addTo(sum: Float64Array, values: Float32Array, of: (x: number) => number): void {
  for (const [i, x] of values.entries()) sum[i] = (sum[i] ?? 0) + of(x);
}
