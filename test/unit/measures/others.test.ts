import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriftSum } from '../../../src/engine/measures/drift.ts';
import { easyEdit } from '../../../src/engine/measures/easyedit.ts';
import { fluency, generationEntropy } from '../../../src/engine/measures/fluency.ts';
import { generationMatch, mentions } from '../../../src/engine/measures/generationMatch.ts';
import { wilson } from '../../../src/engine/measures/wilson.ts';
import { comparison, reading } from './fixtures.ts';

describe('the Wilson interval', () => {
  it('is the published one', () => {
    // Newcombe 1998, table I: 81/263 and 15/148 at 95 %
    expect(wilson(81 / 263, 263).low).toBeCloseTo(0.2553, 4);
    expect(wilson(81 / 263, 263).high).toBeCloseTo(0.3662, 4);
    expect(wilson(15 / 148, 148).low).toBeCloseTo(0.0624, 4);
    expect(wilson(15 / 148, 148).high).toBeCloseTo(0.1605, 4);
    expect(wilson(0, 20)).toMatchObject({ low: 0 });
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
    // with the normal's percentile z to ten digits: (z²/2n ± z/2√n √(z²/n)) / (1 + z²/n) for no case in 1: z² / (1 + z²)
    expect(wilson(0, 1).high).toBeCloseTo(0.7934506856, 10);
    for (let n = 1; n < 50; n++) {
      // where rounding would leave 3e-17, or lack 1e-16
      expect(wilson(0, n).low).toBe(0);
      expect(wilson(1, n).high).toBe(1);
    }
    expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 });
  });

  it('holds the share, lies in 0..1 and narrows with n', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 10_000 }),
        (share, n) => {
          const { low, high } = wilson(share, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(share + 1e-12);
          expect(high).toBeGreaterThanOrEqual(share - 1e-12);
          const wider = wilson(share, n * 4);
          expect(wider.high - wider.low).toBeLessThan(high - low);
        },
      ),
    );
  });
});

describe('EasyEdit', () => {
  it('averages teacher-forced accuracy, and agreement with the model before', () => {
    const none = reading(1, 1, 0);
    const measures = easyEdit([
      [
        comparison('a', 'efficacy', none, reading(1, 1, 0.5)),
        comparison('a', 'paraphrase', none, reading(1, 1, 1)),
        comparison('a', 'neighbourhood', none, none, { agreement: 0.5 }),
        comparison('a', 'sameSubject', none, none, { agreement: 0 }),
      ],
      [
        comparison('b', 'efficacy', none, reading(1, 1, 1)),
        comparison('b', 'portability', none, reading(1, undefined, 0.25)),
      ],
    ]);
    expect(measures).toMatchObject({
      n: 2,
      rewrite: { value: 0.75, n: 2 },
      rephrase: { value: 1, n: 1 },
      locality: { value: 0.25, n: 1 },
      portability: { value: 0.25, n: 1 },
    });
  });
});

describe('generation match', () => {
  it.each([
    [' the city of Rome, in Italy', 'Rome', true],
    ['the city of ROME', ' Rome', true],
    ['New  York\nCity', 'new york', true],
    ['Ｒｏｍｅ is old', 'Rome', true],
    ['He speaks Germanic', 'German', false],
    ['in Germany and German too', 'German', true],
    ['a Roman road', 'Rome', false],
    ['the C++ language', 'C++', true],
    ['', 'Rome', false],
    ['anything', ' ', false],
  ])('%j mentions %j: %s', (text, target, expected) => {
    expect(mentions(text, target)).toBe(expected);
  });

  it('is the share of cases whose target was written', () => {
    const cases = [
      { generated: ' Rome.', target: 'Rome' },
      { generated: ' Paris.', target: 'Rome' },
    ];
    expect(generationMatch(cases, 10)).toMatchObject({ n: 2, share: { value: 0.5, n: 2 } });
    expect(generationMatch([], 10).share).toBeNull();
  });
});

describe('fluency', () => {
  it('is the mean of the weighted bigram and trigram entropies in bits', () => {
    // 5 different words: 4 bigrams, 3 trigrams, all once
    expect(generationEntropy('one two three four five')).toBeCloseTo(
      ((2 / 3) * Math.log2(4) + (4 / 3) * Math.log2(3)) / 2,
      12,
    );
    // a b a b a: bigrams ab 2, ba 2; trigrams aba 2, bab 1
    const trigrams = -(2 / 3) * Math.log2(2 / 3) - (1 / 3) * Math.log2(1 / 3);
    expect(generationEntropy('a b a b a')).toBeCloseTo(((2 / 3) * 1 + (4 / 3) * trigrams) / 2, 12);
    expect(generationEntropy('no no no no no no')).toBe(0);
    expect(generationEntropy('')).toBe(0);
    expect(fluency(['one two three four five', 'no no no'], 100).entropy).toBeCloseTo(
      0.5 * generationEntropy('one two three four five'),
      12,
    );
    expect(fluency([], 100).entropy).toBeNull();
  });

  it('sees punctuation marks as words of their own and keeps what belongs together', () => {
    expect(generationEntropy("don't stop-gap")).toBe(generationEntropy('a b'));
    expect(generationEntropy('well, yes.')).toBe(generationEntropy('a b c d'));
  });
});

describe('drift', () => {
  it('sums up divergence and perplexity', () => {
    const sum = new DriftSum(64);
    sum.add({ kl: 0.1, nll: { before: Math.log(2), after: Math.log(4) }, sameTop: true });
    sum.add({ kl: 0.3, nll: { before: Math.log(8), after: Math.log(4) }, sameTop: false });
    sum.add({ kl: 0.2, nll: undefined, sameTop: true });
    const drift = sum.result();
    expect(drift).toMatchObject({ n: 3, maxKl: 0.3 });
    expect(drift.meanKl).toBeCloseTo(0.2, 12);
    expect(drift.perplexityBefore).toBeCloseTo(4, 12);
    expect(drift.perplexityAfter).toBeCloseTo(4, 12);
    expect(drift.sameTop).toBeCloseTo(2 / 3, 12);
  });
});
