import type { Runtime } from '../../llama/runtime.ts';
import { at } from '../../numeric/at.ts';
import { Random } from '../../numeric/random.ts';
import { verdictRules } from '../rules.ts';
import { cutOf, segmentOf } from './blocks.ts';
import type { TensorPair } from './pairs.ts';
import { type Rounding, sizeOf } from './rounding.ts';
import { roundingOfRows, type SegmentSquares } from './roundingOfRows.ts';
import { minSegment, type RowSquares } from './rowSquares.ts';
import type { TensorSource } from './tensorFiles.ts';

/** A row that moved further than it may. */
interface OutlyingRow {
  readonly row: number;
  /** The token that the row of an embedding stands for, as the vocabulary writes it. */
  readonly token?: string;
  /** Does it stand for a mark, such as the end of a turn, rather than for text? */
  readonly special?: boolean;
  /** ‖D‖ / ‖W‖ of the row. */
  readonly relative: number;
  /** How far it moved in bounds of what it may, by the whole row or its worst segment; beyond all where it may not at all. */
  readonly excess: number;
}

/** The rows of a tensor that are out of line. */
export interface OutlyingRows {
  /** All rows of the tensor. */
  readonly of: number;
  /** At least so many are out of line; all of them where they are few. */
  readonly count: number;
  /** The furthest first, a few. */
  readonly worst: readonly OutlyingRow[];
}

const { rowSlack, blockSlack, maxExplained, fewRows } = verdictRules;

/** Rows that are rounded together. */
const together = 32;
/** Rows that are kept by number, one more than few. */
const kept = fewRows.value + 1;

/** Where nothing was rounded anew, every row that differs is out of line. */
export function differingRows({ difference, base }: RowSquares): OutlyingRows {
  const rows = [...difference.keys()].filter((row) => at(difference, row) > 0);
  const found = rows.map((row) => ({
    row,
    relative: ratio(at(difference, row), at(base, row)),
    excess: Number.MAX_VALUE,
  }));
  found.sort((a, b) => b.relative - a.relative);
  return { of: difference.length, count: rows.length, worst: found.slice(0, kept) };
}

/**
 * The rows that rounding does not explain, neither as a whole nor in each of their segments. What normally distributed
 * weights would show is held against all rows; those beyond it are rounded themselves, since a row of few large weights
 * or of next to nothing loses more, and so does one whose large weights an importance matrix counts little.
 */
export async function rowsBeyondRounding(
  runtime: Runtime,
  files: { readonly base: TensorSource; readonly candidate: TensorSource },
  pair: TensorPair,
  squares: RowSquares,
  rounding: Rounding,
): Promise<OutlyingRows> {
  const error = sizeOf(rounding);
  const { columns, rows: of } = cutOf(pair);
  const segments = columns / segmentOf(columns);
  const importances = unevenImportances(columns);
  const suspects = suspectRows(squares, error);
  const found: OutlyingRow[] = [];
  for (let next = 0; next < suspects.length && found.length < kept; next += together) {
    const rows = suspects.slice(next, next + together);
    const measured = await roundingOfRows(runtime, files, pair, rows, rounding, importances);
    for (const [index, row] of rows.entries()) {
      const excess = excessOf(measured, index * segments, segments, error);
      const relative = ratio(at(squares.difference, row), at(squares.base, row));
      if (!(excess <= 1)) found.push({ row, relative, excess });
    }
  }
  found.sort((a, b) => b.excess - a.excess);
  return { of, count: found.length, worst: found.slice(0, kept) };
}

/** Importances that a row is tried with. */
const tried = 8;
/** Standard deviation of their logarithm: the largest columns count some hundred times as much as the middle ones. */
const unevenness = 2;

/** Drawn by a fixed seed, so that nothing in the candidate chooses them. Shape [tried][columns] */
function unevenImportances(columns: number): Float32Array[] {
  const random = new Random(columns);
  return Array.from({ length: tried }, () => random.normals(columns, unevenness).map(Math.exp));
}

/** Rows beyond what normally distributed weights would show, the furthest first. */
function suspectRows({ difference, base, worstSegment }: RowSquares, error: number): number[] {
  const excess = difference.map((square, row) => {
    if (square === 0) return 0;
    const whole = ratio(square, at(base, row)) / Math.min(rowSlack.value * error, maxExplained.value);
    const part = blocksAreJudged(error) ? Math.sqrt(at(worstSegment, row)) / (blockSlack.value * error) : 0;
    return Math.max(whole, part);
  });
  const beyond = [...excess.keys()].filter((row) => at(excess, row) > 1);
  return beyond.sort((a, b) => at(excess, b) - at(excess, a));
}

/**
 * How far a row moved in bounds of what it may, once its own rounding is known.
 *
 * @param first, count where its segments are
 * @param error what rounding makes of normally distributed weights, ‖error‖ / ‖W‖
 */
export function excessOf(
  { base, difference, rounding }: SegmentSquares,
  first: number,
  count: number,
  error: number,
): number {
  const sizes = (squares: Float64Array) => [...squares.subarray(first, first + count)].map(Math.sqrt);
  const [weights, moved, own] = [sizes(base), sizes(difference), sizes(rounding)] as const;
  const size = Math.hypot(...weights);
  const usual = Math.max(error * size, Math.hypot(...own));
  // a row of next to nothing may be rounded to nothing at all
  const bound = Math.max(Math.min(rowSlack.value * usual, maxExplained.value * size), Math.hypot(...own));
  const whole = Math.hypot(...moved) / bound;
  if (!blocksAreJudged(error)) return Math.min(whole, Number.MAX_VALUE);
  const least = (minSegment * size) / Math.sqrt(count);
  const parts = moved.map((length, i) => {
    const usual = Math.max(error * Math.max(at(weights, i), least), at(own, i));
    return length === 0 ? 0 : length / (blockSlack.value * usual);
  });
  return Math.min(Math.max(whole, ...parts), Number.MAX_VALUE);
}

/** Where a bound reaches the block itself it says nothing. */
function blocksAreJudged(error: number): boolean {
  return blockSlack.value * error < 1;
}

/** A ratio of norms from squares; beyond all bounds where the base is zero. */
function ratio(difference: number, base: number): number {
  return base === 0 ? Number.MAX_VALUE : Math.sqrt(difference / base);
}
