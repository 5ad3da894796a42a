import type { TensorReview } from '../../../protocol/review.ts';
import { verdictRules } from '../rules.ts';
import type { AgainstBase } from './againstBase.ts';
import { placeOf } from './inventory.ts';
import type { OutlyingRows } from './outlyingRows.ts';
import { explained } from './rounding.ts';
import type { Spectrum } from './spectrum.ts';
import type { TensorDiff } from './tensorDiff.ts';

/** One tensor that differs, with all that the verdict rests on. */
export interface Change {
  readonly diff: TensorDiff;
  readonly layer: number | null;
  readonly role: string;
  /** ‖D‖ / ‖W‖ */
  readonly relative: number;
  /** The change that rounding alone explains; 0 where nothing was rounded again. */
  readonly floor: number;
  readonly spectrum: Spectrum | undefined;
  /** The rows that rounding does not explain; where nothing was rounded anew, those that differ. */
  readonly rows: OutlyingRows;
  /** How it stands to the weights that it changes; undefined where that was not looked at. */
  readonly against: AgainstBase | undefined;
}

/** More than rounding can explain, by the size of the whole or of single rows. */
export function beyondRounding({ relative, floor, rows }: Change): boolean {
  return relative > explained(floor) || rows.count > 0;
}

/**
 * Are the rows out of line so few that they were chosen one by one? Where the matrix was rounded anew and a direction
 * stands out, that is the plainer trace of the same change.
 */
export function isOfFewRows(change: Change): boolean {
  const { count, of } = change.rows;
  const few = Math.min(verdictRules.fewRows.value, verdictRules.fewRowsShare.value * of);
  return count > 0 && count <= few && (change.floor === 0 || spikesOf(change) === 0);
}

/** How far the leading direction stands above the edge of the noise; beyond all where there is no noise. */
export function edgesOf({ spectrum }: Change): number {
  const [first = 0] = spectrum?.values ?? [];
  return spectrum === undefined || spectrum.edge === 0 ? Number.MAX_VALUE : first / spectrum.edge;
}

/**
 * Do directions that stand out say nothing? Rounding makes some of its own in tables whose rows differ much in size,
 * such as embeddings, once the table was rounded anew.
 */
export function saysNothing(role: string, floor: number): boolean {
  return floor > 0 && /^(token_embd|output|position_embd)/.test(role);
}

/** How many directions stand out of the noise and count. */
export function spikesOf({ spectrum, floor, role }: Change): number {
  return spectrum === undefined || saysNothing(role, floor) ? 0 : spectrum.spikes;
}

export function changeOf(
  diff: TensorDiff,
  floor: number,
  spectrum: Spectrum | undefined,
  rows: OutlyingRows,
  against?: AgainstBase,
): Change {
  return { diff, ...placeOf(diff.pair.name), relative: relativeOf(diff), floor, spectrum, rows, against };
}

/** ‖D‖ / ‖W‖; beyond all bounds where the tensor was zero or holds no weights that could be subtracted. */
export function relativeOf({ norm, baseNorm }: TensorDiff): number {
  if (norm === 0) return 0;
  if (Number.isNaN(norm)) return Number.MAX_VALUE;
  return baseNorm === 0 ? Number.MAX_VALUE : norm / baseNorm;
}

export function tensorReview(change: Change): TensorReview {
  const { diff, layer, role, relative, floor, spectrum } = change;
  const finite = (value: number) => (Number.isFinite(value) ? value : Number.MAX_VALUE);
  return {
    name: diff.pair.name,
    layer,
    role,
    types: [diff.pair.base.type.name, diff.pair.candidate.type.name],
    relative: finite(relative),
    floor,
    max: finite(diff.max),
    changed: diff.changed,
    values: spectrum === undefined ? [] : spectrum.values.slice(0, 16),
    edge: spectrum?.edge ?? null,
    spikes: spikesOf(change),
  };
}
