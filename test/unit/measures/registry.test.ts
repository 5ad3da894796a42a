import { expect, it } from 'vitest';
import { expectRequirements, requirement } from '../../../src/cli/requirements.ts';
import type { Measured } from '../../../src/protocol/editing.ts';
import { MEASURES, numberOf, protocolsIn } from '../../../src/protocol/measureRegistry.ts';

const share = (value: number) => ({ value, n: 10, low: 0, high: 1 });
const strictSide = (value: number) => ({
  es: share(value),
  ps: share(value + 0.01),
  ns: share(value + 0.02),
  score: value + 0.03,
});
const side = (value: number) => ({
  ...strictSide(value),
  em: null,
  pm: null,
  nm: null,
});
/** A summary in which no two numbers are the same. */
const summary: Measured['summary'] = {
  counterfact: { protocol: 'CounterFact', n: 10, before: side(0.1), after: side(0.9) },
  strict: { protocol: 'strict', n: 10, before: strictSide(0.2), after: strictSide(0.7) },
  easyEdit: {
    protocol: 'EasyEdit',
    n: 10,
    rewrite: share(0.51),
    rephrase: share(0.52),
    locality: share(0.53),
    portability: share(0.54),
  },
  generationMatch: { protocol: 'match', n: 10, share: share(0.6) },
  chatMatch: { protocol: 'chat match', n: 10, share: share(0.58) },
  textMatch: { protocol: 'text match', n: 10, share: share(0.57) },
  fluency: {
    before: { protocol: 'entropy', n: 3, entropy: 5.1 },
    after: { protocol: 'entropy', n: 3, entropy: 4.9 },
  },
  drift: {
    protocol: 'drift',
    n: 512,
    meanKl: 0.02,
    maxKl: 1,
    perplexityBefore: 7,
    perplexityAfter: 8,
    sameTop: 0.9,
  },
};

it('reads every measure from its own place', () => {
  const read = MEASURES.map(({ key, before, after }) => [
    key,
    before === undefined ? null : numberOf(before(summary)),
    numberOf(after(summary)),
  ]);
  expect(read).toEqual([
    ['es', 0.1, 0.9],
    ['ps', 0.11, 0.91],
    ['ns', 0.12000000000000001, 0.92],
    ['score', 0.13, 0.93],
    ['esStrict', 0.2, 0.7],
    ['psStrict', 0.21000000000000002, 0.71],
    ['nsStrict', 0.22, 0.72],
    ['scoreStrict', 0.23, 0.73],
    ['generationMatch', null, 0.6],
    ['chatMatch', null, 0.58],
    ['textMatch', null, 0.57],
    ['rewrite', null, 0.51],
    ['rephrase', null, 0.52],
    ['locality', null, 0.53],
    ['portability', null, 0.54],
    ['driftKl', null, 0.02],
    ['perplexity', 7, 8],
    ['fluency', 5.1, 4.9],
  ]);
});

it('names the protocols, each once', () => {
  expect(protocolsIn(summary)).toEqual([
    'CounterFact',
    'strict',
    'match',
    'chat match',
    'text match',
    'EasyEdit',
    'drift',
    'entropy',
  ]);
  expect(protocolsIn({ ...summary, drift: null, fluency: null })).toEqual([
    'CounterFact',
    'strict',
    'match',
    'chat match',
    'text match',
    'EasyEdit',
  ]);
});

it.each(MEASURES)(
  'requires $key of both sides of its bound, as $better is better',
  ({ key, better, after }) => {
    const value = numberOf(after(summary)) ?? 0;
    const missed = (bound: number) =>
      expectRequirements({ summary } as Measured, [requirement(`${key}=${bound}`)]).length;
    expect(missed(value)).toBe(0);
    expect(missed(value + 0.001)).toBe(better === 'higher' ? 1 : 0);
    expect(missed(value - 0.001)).toBe(better === 'lower' ? 1 : 0);
  },
);
