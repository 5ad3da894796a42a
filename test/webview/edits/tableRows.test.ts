import { expect, it } from 'vitest';
import { tableCsv } from '../../../webview/edits/tableCsv.ts';
import { dueOf, isOrder, type SortBy, sorted } from '../../../webview/edits/tableRows.ts';
import { fourEdits } from './comparedEdits.ts';

const order = (by: SortBy, descending = false) => sorted(fourEdits, { by, descending }).map(({ id }) => id);

it('edits are sorted by any column, those without the value last either way', () => {
  expect(order('file')).toEqual(['eiffel', 'pitti', 'prado', 'alba']);
  expect(order('file', true)).toEqual(['alba', 'prado', 'pitti', 'eiffel']);
  expect(order('ps')).toEqual(['pitti', 'eiffel', 'prado', 'alba']);
  expect(order('ps', true)).toEqual(['eiffel', 'pitti', 'prado', 'alba']);
  expect(order('fact')).toEqual(['alba', 'eiffel', 'pitti', 'prado']);
  expect(order('layer', true)).toEqual(['prado', 'eiffel', 'pitti', 'alba']);
});

it('what fails comes first, and what was measured in another state behind what was measured in this', () => {
  expect(order('outcome')).toEqual(['prado', 'eiffel', 'pitti', 'alba']);
});

it('only a sound order of an earlier page is taken', () => {
  expect(isOrder({ by: 'ps', descending: true })).toBe(true);
  for (const other of [null, {}, { by: 'toString', descending: 1 }, { by: 'none', descending: true }])
    expect(isOrder(other)).toBe(false);
});

it('what is computed and not measured as it is, is due', () => {
  expect(dueOf(fourEdits).map(({ id }) => id)).toEqual(['pitti']);
});

it('the CSV has all digits, and the state that each number holds for', () => {
  const [heads = '', ...rows] = tableCsv(fourEdits).trim().split('\r\n');
  expect(heads).toBe(
    'id,fact,state,method,layer,relativeNorm,es,ps,ns,score,esStrict,psStrict,nsStrict,driftKl,outcome,measuredWith,otherState',
  );
  expect(rows[1]).toContain(',0.2,0.92,0.9,1,0.6,0.9,0.4,');
  expect(rows[1]).toMatch(/,alone at 1,"measured alone at 1, now \.5 with 1 other"$/);
  expect(rows[3]).toBe("alba,'=Alba: A → B,not computed,,,,,,,,,,,,,,");
});
