import { expect, it } from 'vitest';
import { DrawnRows } from '../../../src/workbench/edits/drawnRows.ts';

const rows = (...looks: string[]) => looks.map((look, index) => ({ key: `row ${index}`, look }));

it('names the rows that look different, and none where nothing does', () => {
  const drawn = new DrawnRows();
  expect(drawn.differing(rows('a', 'b'))).toBeUndefined();
  expect(drawn.differing(rows('a', 'b'))).toEqual([]);
  expect(drawn.differing(rows('a', 'c'))).toEqual(['row 1']);
  expect(drawn.differing(rows('a', 'c'))).toEqual([]);
});

it('asks for all where rows came, went or changed places', () => {
  const drawn = new DrawnRows();
  drawn.differing(rows('a', 'b'));
  expect(drawn.differing(rows('a', 'b', 'c'))).toBeUndefined();
  expect(drawn.differing(rows('a'))).toBeUndefined();
  drawn.differing(rows('a', 'b'));
  expect(drawn.differing(rows('a', 'b').reverse())).toBeUndefined();
});
