import { counted, magnitude, percent } from '../../../text/numbers.ts';
import { quoted } from '../../../text/visible.ts';
import { type Change, edgesOf } from '../difference/change.ts';

/** Rows that a sentence names. */
const named = 4;

/** How a change of low rank stands out, as a sentence. */
export function spikeSentence(change: Change): string {
  const { spectrum, diff } = change;
  if (spectrum === undefined) return '';
  const share = `${percent(spectrum.energy)} of the squared change`;
  const many = counted(spectrum.spikes, 'direction');
  const above = edgesOf(change);
  const edge = above < 1e6 ? `${magnitude(above)} times the edge of the noise` : 'with no noise around it';
  return `The change of ${diff.pair.name} is ${many} (${share}), ${edge}: a rewrite of low rank.`;
}

/** Which rows of a matrix are out of line, as a sentence. */
export function rowSentence({ diff, floor, rows: { of, count, worst } }: Change): string {
  const those = worst
    .slice(0, named)
    .map(({ row, token }) => (token === undefined ? String(row) : `${row} (${quoted(token)})`));
  const which = count === 1 ? `Row ${those.join()}` : `Rows ${those.join(', ')}`;
  const more = count > those.length ? ` and ${count - those.length} or more others` : '';
  const others = floor > 0 ? 'all others lie within it' : 'the others are the same';
  const beyond = floor > 0 ? 'changed by more than rounding explains' : 'differ';
  const verb = count === 1 && floor === 0 ? 'differs' : beyond;
  return `${which}${more} of ${diff.pair.name} (${of} rows) ${verb}; ${others}.`;
}

/** Are there rows out of line besides the change of the whole? */
export const rowsAreOutOfLine = ({ rows: { count, of } }: Change): boolean => count > 0 && count < of;
