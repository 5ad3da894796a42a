import { expect, it } from 'vitest';
import { Result } from '../../../scripts/docs/result.ts';
import { type Found, merged } from '../../bench/record.ts';

const run = (date: string): Result['runs'][number] => ({
  date,
  origin: 'measured',
  command: `npm run bench -- ${date}`,
  machine: 'a machine',
  commit: null,
});
const columns = [{ key: 'es', title: 'ES' }];
const found = (rows: Found['rows'], more: Partial<Found> = {}): Found => ({
  name: 'a-result',
  title: 'a title',
  columns,
  rows,
  ...more,
});
const row = (key: string, es: number | null) => ({ key, title: key, cells: { es } });

const first = merged(undefined, found([row('memit', 0.9), row('dinm', 0.1)]), run('2026-11-01'));

it('rows that are measured again replace those that were kept, in their place, with their new run', () => {
  const again = merged(first, found([row('memit', 0.95), row('rome', 1)]), run('2026-11-02'));
  expect(again.rows.map(({ key, run: index, cells }) => [key, again.runs[index]?.date, cells['es']])).toEqual(
    [
      ['memit', '2026-11-02', 0.95],
      ['dinm', '2026-11-01', 0.1],
      ['rome', '2026-11-02', 1],
    ],
  );
  expect(Result.parse(again)).toEqual(again);
});

it('a run that no row is left of is forgotten', () => {
  const again = merged(first, found([row('memit', 0.95), row('dinm', 0.2)]), run('2026-11-02'));
  expect(again.runs.map(({ date }) => date)).toEqual(['2026-11-02']);
});

it('what was not measured has no cell', () => {
  expect(merged(undefined, found([row('ike', null)]), run('2026-11-01')).rows[0]?.cells).toEqual({});
});

it('details are kept for what was not measured again', () => {
  const almanac = merged(undefined, found([row('a', 1)], { details: { almanac: 1 } }), run('2026-11-01'));
  const both = merged(almanac, found([row('b', 1)], { details: { smollm2: 2 } }), run('2026-11-02'));
  expect(both.details).toEqual({ almanac: 1, smollm2: 2 });
});

it.each([
  ['a run that is not there', { rows: [{ key: 'a', title: 'a', run: 1, cells: {} }] }],
  ['a cell that is no column', { rows: [{ key: 'a', title: 'a', run: 0, cells: { ps: 1 } }] }],
  ['two rows of one key', { rows: [0, 0].map((index) => ({ key: 'a', title: 'a', run: index, cells: {} })) }],
])('a result with %s is none', (_, wrong) => {
  expect(Result.safeParse({ title: '', columns, runs: [run('2026-11-01')], ...wrong }).success).toBe(false);
});
