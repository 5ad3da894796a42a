import type { Runtime } from '../../llama/runtime.ts';
import { median } from '../../numeric/median.ts';
import { cutOf } from './blocks.ts';
import { relativeOf } from './change.ts';
import { differingRows, type OutlyingRows, rowsBeyondRounding } from './outlyingRows.ts';
import { isRetyped } from './pairs.ts';
import { explained, type Rounding, roundingOf, sizeOf } from './rounding.ts';
import { roundingOfRows } from './roundingOfRows.ts';
import type { TensorDiff } from './tensorDiff.ts';
import type { TensorFiles } from './tensorFiles.ts';
import { heedsImportance } from './typeErrors.ts';

/** What rounding anew would explain of a tensor's change, and what is out of line if it was rounded and if not. */
export interface Explanation {
  /** ‖error‖ / ‖W‖ that rounding makes; 0 where the types exclude it. */
  readonly floor: number;
  readonly beyond: OutlyingRows;
  readonly differing: OutlyingRows;
}

/** Rows of a tensor that stand for all of them. */
const sampled = 32;

/** Judges every row by the types and the base alone: nothing in the candidate widens a bound. */
export async function explain(
  runtime: Runtime,
  files: { readonly base: TensorFiles; readonly candidate: TensorFiles },
  diff: TensorDiff,
): Promise<Explanation> {
  const { pair, rows: squares } = diff;
  // nothing that could be subtracted: the tensor as a whole is out of line
  if (squares === undefined) {
    const none = { of: 1, count: 0, worst: [] };
    return { floor: 0, beyond: none, differing: none };
  }
  const differing = differingRows(squares);
  const { difference, base } = squares;
  const moved = difference.map((square, row) => Math.sqrt(square / ((base[row] as number) || 1)));
  const rounding = roundingOf(pair, median(moved));
  const possible = isRetyped(pair) || heedsImportance(pair.base.type.name);
  if (rounding === undefined || !possible) return { floor: 0, beyond: differing, differing };
  return {
    floor: await floorOf(runtime, files, diff, rounding),
    beyond: await rowsBeyondRounding(runtime, files, pair, squares, rounding),
    differing,
  };
}

/** The types' own, or what rounding makes of this base where that is more and is needed. */
async function floorOf(
  runtime: Runtime,
  files: { readonly base: TensorFiles; readonly candidate: TensorFiles },
  diff: TensorDiff,
  rounding: Rounding,
): Promise<number> {
  const usual = sizeOf(rounding);
  if (relativeOf(diff) <= explained(usual)) return usual;
  const { rows } = cutOf(diff.pair);
  const count = Math.min(rows, sampled);
  const sample = Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
  const measured = await roundingOfRows(runtime, files, diff.pair, sample, rounding);
  const sum = (squares: Float64Array) => squares.reduce((all, square) => all + square, 0);
  return Math.max(usual, Math.sqrt(sum(measured.rounding) / Math.max(sum(measured.base), Number.MIN_VALUE)));
}
