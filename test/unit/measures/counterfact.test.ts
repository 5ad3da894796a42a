import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../src/engine/measures/cases.ts';
import { counterfact, harmonicMean } from '../../../src/engine/measures/counterfact.ts';
import { Counterfact } from '../../../src/protocol/measures.ts';
import { comparison, reading } from './fixtures.ts';

const unknown = reading(5, 1);
const edited = reading(1, 5);

describe('CounterFact', () => {
  it('averages within each case, then over cases', () => {
    const measures = counterfact(
      casesOf([
        comparison('a', 'efficacy', unknown, edited),
        comparison('b', 'efficacy', unknown, unknown),
        comparison('a', 'paraphrase', unknown, edited),
        comparison('b', 'paraphrase', unknown, edited),
        comparison('b', 'paraphrase', unknown, unknown),
        comparison('b', 'paraphrase', unknown, unknown),
        comparison('b', 'paraphrase', unknown, unknown),
        comparison('a', 'neighbourhood', unknown, unknown),
        comparison('b', 'neighbourhood', unknown, edited),
        comparison('b', 'neighbourhood', unknown, unknown),
      ]),
    );
    expect(measures.n).toBe(2);
    expect(measures.after.es?.value).toBe(0.5);
    // 5 probes of which 2 succeed would be .4; per case it is (1 + 1/4) / 2
    expect(measures.after.ps?.value).toBe(0.625);
    expect(measures.after.ns?.value).toBe(0.75);
    expect(measures.after.score).toBeCloseTo(3 / (1 / 0.5 + 1 / 0.625 + 1 / 0.75), 12);
    expect(measures.before).toMatchObject({ es: { value: 0 }, ps: { value: 0 }, ns: { value: 1 }, score: 0 });
    expect(Counterfact.parse(measures)).toEqual(measures);
  });

  it('takes magnitudes as differences of exp(-mean NLL), on neighbours the other way round', () => {
    const after = reading(Math.log(2), Math.log(4));
    const { after: side } = counterfact([
      [comparison('a', 'efficacy', unknown, after), comparison('a', 'neighbourhood', unknown, after)],
    ]);
    expect(side.em).toBeCloseTo(0.25, 12);
    expect(side.nm).toBeCloseTo(-0.25, 12);
    expect(side.pm).toBeNull();
    expect(side.ps).toBeNull();
    expect(side.score).toBeNull();
  });

  it('counts a tie as a failure, and leaves probes without both targets out', () => {
    const tie = reading(2, 2);
    const { after } = counterfact([
      [
        comparison('a', 'efficacy', unknown, tie),
        comparison('a', 'neighbourhood', unknown, tie),
        comparison('a', 'paraphrase', unknown, reading(1, undefined)),
      ],
    ]);
    expect(after).toMatchObject({ es: { value: 0 }, ns: { value: 0 }, ps: null });
  });

  it('the harmonic mean lies between the least value and the arithmetic mean', () => {
    const shares = fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(shares, (values) => {
        const harmonic = harmonicMean(values);
        expect(harmonic).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
        expect(harmonic).toBeLessThanOrEqual(values.reduce((a, b) => a + b, 0) / values.length + 1e-12);
      }),
    );
    expect(harmonicMean([1, 0.9, 0.82])).toBeCloseTo(0.9007, 4);
  });
});
