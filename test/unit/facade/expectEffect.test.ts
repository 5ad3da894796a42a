import { expect, it } from 'vitest';
import { expectEffect } from '../../../src/engine/facade/expectEffect.ts';

const edit = (id: string, relativeNorm = 1, updateNorm = 1) => ({
  edit: { id },
  computed: { relativeNorm, updateNorm },
});

it('edits that change something pass', () => {
  expectEffect([]);
  expectEffect([edit('a'), edit('b', 1e-9, 1e-9)]);
});

it.each([
  [
    [edit('a', 0)],
    'The model answers as "a" would have it already, so that nothing is to be written; leave it out.',
  ],
  [
    [edit('a', 0), edit('b', 1, 0)],
    'answers as "a", "b" would have it already, so that nothing is to be written; leave them out.',
  ],
  [[...'abcde'].map((id) => edit(id, 0)), 'answers as "a", "b", "c", "d", "e" would have it'],
  [[...'abcdefg'].map((id) => edit(id, 0)), 'answers as "a", "b", "c", "d", "e" and 2 more would have it'],
])('edits that change nothing are named: %#', (edits, sentence) => {
  expect(() => expectEffect(edits)).toThrow(sentence);
});

it('edits that add nothing to a patch of others are warned of', () => {
  const warned: string[] = [];
  const warn = (text: string) => void warned.push(text);
  expectEffect([edit('a'), edit('b', 1, 0)], warn);
  expectEffect([edit('a'), edit('b', 0), edit('c', 1, 0)], warn);
  expectEffect([edit('a')], warn);
  expect(warned).toEqual([
    'The model answers as "b" would have it already, so that the patch holds nothing for it.',
    'The model answers as "b", "c" would have it already, so that the patch holds nothing for them.',
  ]);
});
