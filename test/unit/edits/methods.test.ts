import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withDescriptions, withMethods } from '../../../scripts/manifest.ts';
import {
  BATCH_METHODS,
  EVALUATED,
  IN_CONTEXT,
  isOneOf,
  METHODS,
  methodEntry,
} from '../../../src/protocol/methods.ts';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

it('offers in the settings what the registry of methods holds; `npm run build:schemas` writes it', () => {
  expect(read('package.json')).toEqual(withMethods(read('package.json')));
  expect(read('package.nls.json')).toEqual(withDescriptions(read('package.nls.json')));
});

it('describes every method in a sentence, with its paper and what it cannot do', () => {
  expect(new Set(EVALUATED).size).toBe(EVALUATED.length);
  for (const name of EVALUATED) {
    const { summary, limits, paper } = methodEntry(name);
    expect(summary).toMatch(/^\S.*\.$/);
    expect(limits).toMatch(/^\S.*\.$/);
    expect(paper).toMatch(/arXiv \d{4}\.\d{5}|of this tool/);
  }
});

it('tells apart what makes a patch, what takes many facts and what only stands in the prompt', () => {
  expect([...METHODS, ...IN_CONTEXT].toSorted()).toEqual(EVALUATED.toSorted());
  expect(METHODS.filter((name) => isOneOf(IN_CONTEXT, name))).toEqual([]);
  // EMMET alone of those that take many facts writes one layer
  expect(BATCH_METHODS.filter((name) => !methodEntry(name).spreads)).toEqual(['emmet']);
  expect(BATCH_METHODS).toEqual(expect.arrayContaining(['memit', 'alphaedit', 'sphere', 'suit']));
});

it('says of every setting of the manifest what it is', () => {
  const texts = read('package.nls.json');
  const used = readFileSync('package.json', 'utf8').match(/%[\w.-]+%/g) ?? [];
  expect(used.filter((label) => texts[label.slice(1, -1)] === undefined)).toEqual([]);
});
