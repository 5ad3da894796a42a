import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { OutlyingValues } from '../../../src/engine/review/attribution/outlyingValues.ts';

const width = 8;
const count = 600;

/** Two layers that give about three times as much as they are multiplied with, of keys of many lengths. */
function names(seed: number): { name: string; keys: Float32Array[]; values: Float32Array[] }[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const length = Math.exp(2 * random.uniform());
    const of = (factor: number) =>
      Float32Array.from({ length: width }, () => length * factor * (random.uniform() < 0.5 ? -1 : 1));
    const noisy = () => 3 * Math.exp(0.1 * (random.uniform() + random.uniform() - 1));
    return { name: `name ${i}`, keys: [of(1), of(1)], values: [of(noisy()), of(noisy())] };
  });
}

function ranked(all: ReturnType<typeof names>, unit = 1) {
  const outlying = new OutlyingValues();
  const scaled = (values: readonly Float32Array[]) => values.map((value) => value.map((x) => unit * x));
  for (const { name, keys, values } of all) outlying.add(name, scaled(keys), scaled(values));
  return { outlying, found: outlying.ranked() };
}

describe('what layers add at names', () => {
  it('stands out where one layer adds more at a name than its key leads to expect', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: count - 1 }), fc.constantFrom(0, 1), (seed, at, weight) => {
        const all = names(seed);
        const [edited] = all.slice(at, at + 1);
        edited?.values[weight]?.forEach((x, i, value) => {
          value[i] = 1.6 * x;
        });
        const [first, second] = ranked(all).found;
        expect([first?.name, first?.weight]).toEqual([`name ${at}`, weight]);
        expect(first?.excess).toBeGreaterThan(2);
        expect(second?.excess).toBeLessThan(1.6);
      }),
      { numRuns: 20 },
    );
  });

  it('does not stand out where the key is as much longer as the value', () => {
    const all = names(1);
    const long = all[7];
    for (const vectors of [long?.keys, long?.values])
      for (const vector of vectors ?? []) for (const [i, x] of vector.entries()) vector[i] = 4 * x;
    const own = ranked(all).found.filter(({ name }) => name === 'name 7');
    expect(own).toHaveLength(2);
    for (const { excess } of own) expect(excess).toBeLessThan(1.6);
  });

  it('does not depend on the unit', () => {
    const [one, other] = [ranked(names(3)).found, ranked(names(3), 1000).found];
    for (const [i, { excess }] of one.slice(0, 20).entries()) expect(other[i]?.excess).toBeCloseTo(excess, 3);
  });

  it('has a mean', () => {
    const outlying = new OutlyingValues();
    outlying.add('a', [Float32Array.of(1)], [Float32Array.of(1, 2)]);
    outlying.add('b', [Float32Array.of(1)], [Float32Array.of(3, -2)]);
    expect([...outlying.mean(0)]).toEqual([2, 0]);
  });
});
