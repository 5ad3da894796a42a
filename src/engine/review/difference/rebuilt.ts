import type { Rebuilt } from '../../../protocol/review.ts';
import { InputError } from '../../errors.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { at } from '../../numeric/at.ts';
import { dequantise, quantise } from '../../weights/quantise.ts';
import type { Work } from '../../work/progress.ts';
import { turn } from '../../work/turn.ts';
import { isRetyped, type TensorPair } from './pairs.ts';
import { type Compared, TensorFiles } from './tensorFiles.ts';

/** Weights that are rounded again in all: k-quants take some seconds for as many. */
const maxWeights = 1 << 26;
/** Rows that are rounded at once. */
const rowsAtOnce = 16;

/**
 * Rounds the base to the candidate's types, as llama.cpp's quantizer does without an importance matrix, and compares the
 * bytes. Rows are evenly spread over each tensor where they are too many; a tensor is left at the first that differs.
 *
 * @returns null where no tensor is stored in another type
 */
export async function rebuilt(
  runtime: Runtime,
  baseModel: Compared,
  candidateModel: Compared,
  pairs: readonly TensorPair[],
  { signal, report }: Work = {},
): Promise<Rebuilt | null> {
  const retyped = pairs.filter(isRetyped);
  if (retyped.length === 0) return null;
  await using base = await TensorFiles.open(baseModel);
  await using candidate = await TensorFiles.open(candidateModel);
  const weights = retyped.reduce((sum, pair) => sum + pair.base.elements, 0);
  const step = Math.max(1, Math.ceil(weights / maxWeights));
  let same = 0;
  for (const [index, pair] of retyped.entries()) {
    if (await isRounded(runtime, { base, candidate }, pair, step, signal)) same++;
    report?.('rounding the base again', (index + 1) / retyped.length);
  }
  return { tensors: retyped.length, same, everyNth: step };
}

/** Is each of the rows that are looked at, byte for byte, what ggml makes of the base's? */
async function isRounded(
  runtime: Runtime,
  files: { readonly base: TensorFiles; readonly candidate: TensorFiles },
  pair: TensorPair,
  step: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const columns = at(pair.base.ne, 0);
  const rows = pair.base.elements / columns;
  for (let first = 0; first < rows; first += rowsAtOnce * step) {
    await turn(signal);
    const count = Math.min(rowsAtOnce, rows - first);
    const read = async (side: 'base' | 'candidate') => {
      const size = pair[side].byteLength / rows;
      const bytes = new Uint8Array(count * size);
      await files[side].read(pair[side], first * size, bytes);
      return bytes;
    };
    const expected = roundedTo(runtime, pair, await read('base'), [columns, count]);
    if (expected === undefined || Buffer.compare(expected, await read('candidate')) !== 0) return false;
  }
  return true;
}

/** Undefined for types that are not made without an importance matrix, or not of such rows. */
function roundedTo(
  runtime: Runtime,
  { base, candidate }: TensorPair,
  bytes: Uint8Array,
  ne: readonly number[],
): Uint8Array | undefined {
  try {
    return quantise(runtime, candidate.type.id, dequantise(runtime, base.type.id, bytes, ne), ne);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
