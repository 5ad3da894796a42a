import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';

const uniform = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());

describe('random numbers', () => {
  it('are those of mulberry32 for a seed', () => {
    // of its author's program in C, times 2^32
    const numbers = uniform(new Random(1), 3).map((x) => x * 2 ** 32);
    expect(numbers).toEqual([2693262067, 11749833, 2265367787]);
  });

  it('are others each time without a seed', () => {
    expect(uniform(new Random(), 4)).not.toEqual(uniform(new Random(), 4));
  });

  it('are normal around a mean, with a deviation', () => {
    const values = new Random(2).normals(20_000, 3, 5);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    const within = values.filter((x) => Math.abs(x - 5) < 3).length / values.length;
    expect(mean).toBeCloseTo(5, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(3, 1);
    expect(within).toBeCloseTo(0.683, 2);
  });

  it('are integers below a bound, all of them equally often', () => {
    const random = new Random(3);
    const drawn = Array.from({ length: 10_000 }, () => random.below(5));
    expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4]));
    for (const one of new Set(drawn))
      expect(drawn.filter((x) => x === one).length / 10_000).toBeCloseTo(0.2, 1);
  });

  it('come from nowhere else, in sources and in tests', () => {
    const own = path.join('src', 'engine', 'numeric', 'random.ts');
    const found = ['src', 'webview', 'scripts', 'test'].flatMap((place) =>
      readdirSync(place, { recursive: true, encoding: 'utf8' })
        .map((name) => path.join(place, name))
        .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && file !== own && !file.endsWith('random.test.ts'))
        .filter((file) =>
          /Math\.random\(|mulberry|xorshift|48271|6d2b79f5/i.test(readFileSync(file, 'utf8')),
        ),
    );
    expect(found).toEqual([]);
  });
});
