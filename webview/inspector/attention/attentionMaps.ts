import * as l10n from '@vscode/l10n';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import { divergingScale, type Spread, sequentialScale } from '../../charts/colourScale.ts';
import { difference, type Matrix } from '../../charts/matrix.ts';
import { type DrawnMaps, drawnMaps } from '../maps/drawnMaps.ts';
import type { View } from '../savedView.ts';

/** A head's small picture, and how far the change moved it. */
export interface HeadPicture {
  readonly matrix: Matrix;
  /** The largest difference of a weight, without its sign. */
  readonly moved: number;
}

/** The heads of a comparison that holds all of them, in their order: as they were, or what differs. */
export function headPictures(
  { heads, side, before, after }: AttentionComparison,
  shown: View['attention']['shown'],
): HeadPicture[] {
  return Array.from({ length: heads }, (_, head) => {
    const [from, to] = [head * side * side, (head + 1) * side * side];
    const was = before.subarray(from, to);
    const moved = difference(after.subarray(from, to), was);
    return {
      matrix: { rows: side, columns: side, values: shown === 'difference' ? moved : was },
      moved: moved.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    };
  });
}

/** The head whose weights the change moved most; the first where none moved. */
export function mostMovedHead(comparison: AttentionComparison): number {
  const moved = headPictures(comparison, 'both').map((picture) => picture.moved);
  return Math.max(0, moved.indexOf(Math.max(...moved)));
}

/** What is drawn of one head; attention before and after shares its scale, which begins at 0. */
export function attentionMaps(
  { side, before, after }: AttentionComparison,
  { shown, spread }: { readonly shown: View['attention']['shown']; readonly spread: Spread },
  changed: boolean,
): DrawnMaps {
  const shape = { rows: side, columns: side };
  if (shown === 'difference') {
    const moved = difference(after, before);
    const drawn = { scale: divergingScale(spread, moved), spread, legend: l10n.t('after − before') };
    return drawnMaps(shape, [[l10n.t('After − before'), moved]], drawn);
  }
  const states = [
    [l10n.t('Before'), before],
    [l10n.t('After'), after],
  ] as const;
  const seen = changed ? states : states.slice(0, 1);
  const scale = sequentialScale(spread, ...seen.map(([, values]) => values));
  return drawnMaps(shape, seen, { scale, spread, legend: l10n.t('attention') });
}

/** The weights of one cell of one head. */
export function attentionAt(
  { side, before, after }: AttentionComparison,
  { row, column }: { readonly row: number; readonly column: number },
): { readonly before: number; readonly after: number; readonly difference: number } {
  const at = row * side + column;
  const [was = Number.NaN, is = Number.NaN] = [before[at], after[at]];
  return { before: was, after: is, difference: is - was };
}
