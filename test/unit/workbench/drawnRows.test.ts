import { expect, it } from 'vitest';
import { DrawnRows } from '../../../src/workbench/trees/drawnRows.ts';

/** A tree with these outermost rows, each node being its own key, with looks to be found by it. */
function drawn(looks: Record<string, string>, top = Object.keys(looks)): DrawnRows<string> {
  const rows = new DrawnRows<string>();
  rows.begin(top);
  for (const [key, look] of Object.entries(looks)) rows.draw(key, key, look);
  return rows;
}

it('names the rows that look different from how they were drawn, until they are drawn again', () => {
  const rows = drawn({ model: 'loading', layer: 'open' }, ['model']);
  const now = new Map([
    ['model', 'ready'],
    ['layer', 'open'],
  ]);
  expect(rows.differing(['model'], (node) => now.get(node))).toEqual(['model']);
  expect(rows.differing(['model'], (node) => now.get(node))).toEqual(['model']);
  rows.draw('model', 'model', 'ready');
  expect(rows.differing(['model'], (node) => now.get(node))).toEqual([]);
});

it('asks for all where outermost rows came, went or changed places', () => {
  const rows = drawn({ a: 'x', b: 'y' });
  const same = (node: string) => (node === 'a' ? 'x' : 'y');
  expect(rows.differing(['a', 'b'], same)).toEqual([]);
  expect(rows.differing(['a', 'b', 'c'], same)).toBeUndefined();
  expect(rows.differing(['a'], same)).toBeUndefined();
  expect(rows.differing(['b', 'a'], same)).toBeUndefined();
});

it('forgets rows that have gone', () => {
  const rows = drawn({ a: 'x', below: 'y' }, ['a']);
  expect(rows.differing(['a'], (node) => (node === 'a' ? 'x' : undefined))).toEqual([]);
  expect(rows.differing(['a'], (node) => (node === 'a' ? 'x' : 'another'))).toEqual([]);
});

it('asks for nothing before anything was drawn', () => {
  expect(new DrawnRows<string>().differing(['a'], () => 'x')).toEqual([]);
});
