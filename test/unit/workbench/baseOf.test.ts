import { expect, it } from 'vitest';
import { baseOf } from '../../../src/workbench/models/baseOf.ts';

const model = (path: string, state: 'header' | 'loading' | 'ready' | 'failed') => ({ path, state });

it('is the only model, and a broken file beside it changes nothing', () => {
  const [almanac, broken] = [model('almanac', 'header'), model('broken', 'failed')];
  expect(baseOf([almanac], undefined)).toBe(almanac);
  expect(baseOf([almanac, broken], undefined)).toBe(almanac);
  expect(baseOf([broken], undefined)).toBe(broken);
});

it('is what a person chose, else the only one that is loaded, else none of several', () => {
  const [one, other, loaded] = [model('one', 'header'), model('other', 'header'), model('loaded', 'ready')];
  expect(baseOf([one, other], undefined)).toBeUndefined();
  expect(baseOf([one, other, loaded], undefined)).toBe(loaded);
  expect(baseOf([one, other, loaded], 'other')).toBe(other);
  expect(baseOf([one, other], 'gone')).toBeUndefined();
});
