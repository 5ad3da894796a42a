import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../src/engine/review/policy/glob.ts';
import { cpuTime } from '../cpuTime.ts';

/** The definition, as it is said: a star is nothing, or one more character and the star again. */
function oracle(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  const rest = pattern.slice(1);
  if (pattern.startsWith('*')) return oracle(rest, name) || (name !== '' && oracle(pattern, name.slice(1)));
  return name !== '' && pattern[0] === name[0] && oracle(rest, name.slice(1));
}

describe('a pattern for names', () => {
  it('matches by its definition', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 9 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, text, (glob, name) => matchesGlob(glob, name) === oracle(glob, name)),
      { numRuns: 5000 },
    );
  });

  it('matches what is made from it', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '$', '(', '.'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part), { maxLength: 6 }), part, (pieces, last) => {
        const glob = `${pieces.map(([fixed]) => `${fixed}*`).join('')}${last}`;
        return matchesGlob(glob, `${pieces.map(([fixed, free]) => fixed + free).join('')}${last}`);
      }),
    );
  });

  it('takes no sign but the star for special', () => {
    expect(matchesGlob('blk.*.ffn_down.weight', 'blk.2.ffn_down.weight')).toBe(true);
    expect(matchesGlob('blk.2.ffn.down.weight', 'blk.2.ffn_down.weight')).toBe(false);
    expect(matchesGlob('[ab]?', 'a1')).toBe(false);
    expect(matchesGlob('*', '')).toBe(true);
    expect(matchesGlob('ab*ba', 'aba')).toBe(false);
  });

  it('is done at once with many stars and long names', () => {
    const name = 'a'.repeat(100_000);
    const before = cpuTime();
    for (const glob of [`${'*'.repeat(50_000)}X`, `${'*a'.repeat(30_000)}X`, `${'a*'.repeat(99_999)}aX`]) {
      expect(matchesGlob(glob, name)).toBe(false);
    }
    expect(cpuTime() - before).toBeLessThan(1000);
  });
});
