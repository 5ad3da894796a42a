import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  argmax,
  klDivergence,
  logProbability,
  type NextToken,
  rank,
  topTokens,
} from '../../../src/engine/inspection/nextToken.ts';
import { pack } from '../../../src/engine/inspection/pack.ts';
import { sampler } from '../../../src/engine/inspection/sampling.ts';

const logits = fc.float32Array({ min: -50, max: 50, minLength: 2, maxLength: 40, noNaN: true });
const pair = fc
  .integer({ min: 2, max: 40 })
  .chain((length) =>
    fc.tuple(
      fc.float32Array({ min: -30, max: 30, minLength: length, maxLength: length, noNaN: true }),
      fc.float32Array({ min: -30, max: 30, minLength: length, maxLength: length, noNaN: true }),
    ),
  );

/** In plain float64. */
function nextToken(logits: Float32Array): NextToken {
  const highest = logits.reduce((a, b) => Math.max(a, b));
  return { logits, logSumExp: highest + Math.log(logits.reduce((sum, x) => sum + Math.exp(x - highest), 0)) };
}

describe('the distribution of the next token', () => {
  it('sums to 1, also for logits that overflow a plain softmax', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const next = nextToken(values);
        let sum = 0;
        for (const token of values.keys()) sum += Math.exp(logProbability(next, token));
        expect(sum).toBeCloseTo(1, 10);
      }),
    );
    const huge = nextToken(Float32Array.of(1000, 999));
    expect(Math.exp(logProbability(huge, 0))).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  });

  it('ranks and sorts as a full sort would', () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 50 }), (values, count) => {
        const sorted = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
        expect(topTokens(values, count)).toEqual(sorted.slice(0, count));
        expect(argmax(values)).toBe(sorted[0]);
        for (const token of values.keys()) {
          expect(rank(values, token)).toBe(1 + values.filter((x) => x > (values[token] ?? 0)).length);
        }
      }),
    );
  });

  it('KL is never negative, exactly 0 for equals, and the textbook value', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [p, q] = [nextToken(a), nextToken(b)];
        expect(klDivergence(p, q)).toBeGreaterThanOrEqual(0);
        expect(klDivergence(p, p)).toBe(0);
        let naive = 0;
        for (const token of a.keys()) {
          naive += Math.exp(logProbability(p, token)) * (logProbability(p, token) - logProbability(q, token));
        }
        expect(klDivergence(p, q)).toBeCloseTo(naive, 8);
      }),
    );
    const [almost, even] = [Float32Array.of(0, 2.7755578262606874e-16, 0), Float32Array.of(0, 0, 0)];
    expect(klDivergence(nextToken(almost), nextToken(even))).toBeGreaterThanOrEqual(0);
    expect(klDivergence(nextToken(almost), nextToken(even))).toBeLessThan(1e-30);
    const p = nextToken(Float32Array.of(Math.log(0.5), Math.log(0.5)));
    const q = nextToken(Float32Array.of(Math.log(0.25), Math.log(0.75)));
    expect(klDivergence(p, q)).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 6);
  });

  it('keeps NaN as NaN', () => {
    const broken = nextToken(Float32Array.of(1, Number.NaN, 2));
    expect(logProbability(broken, 0)).toBeNaN();
    expect(klDivergence(broken, broken)).toBeNaN();
  });
});

describe('packing', () => {
  it('keeps order, loses nothing, and stays within every limit', () => {
    const items = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(items, (all) => {
        const runs = pack(all, (item) => item, [12, 5]);
        expect(runs.flat()).toEqual(all);
        for (const run of runs) {
          expect(run.reduce((sum, [a]) => sum + a, 0)).toBeLessThanOrEqual(12);
          expect(run.reduce((sum, [, b]) => sum + b, 0)).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});

describe('sampling', () => {
  const four = Float32Array.from([0.4, 0.3, 0.2, 0.1], Math.log);
  const draw = (options: { temperature: number; topP: number; seed: number }, n = 4000) => {
    const next = sampler(options);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const token = next(four);
      counts[token] = (counts[token] ?? 0) + 1 / n;
    }
    return counts;
  };

  it('follows the distribution, cut at the nucleus, and the seed', () => {
    for (const [token, p] of [0.4, 0.3, 0.2, 0.1].entries()) {
      expect(Math.abs((draw({ temperature: 1, topP: 1, seed: 1 })[token] ?? 0) - p)).toBeLessThan(0.03);
    }
    const [first = 0, second = 0, third, fourth] = draw({ temperature: 1, topP: 0.69, seed: 2 });
    expect([third, fourth]).toEqual([0, 0]);
    expect(Math.abs(first - 4 / 7)).toBeLessThan(0.03);
    expect(first + second).toBeCloseTo(1, 10);
    expect(draw({ temperature: 0, topP: 1, seed: 3 })).toEqual([expect.closeTo(1, 10), 0, 0, 0]);
    const once = { temperature: 1, topP: 0.9, seed: 4 };
    expect(draw(once, 50)).toEqual(draw(once, 50));
    expect(draw(once, 50)).not.toEqual(draw({ ...once, seed: 5 }, 50));
  });
});
