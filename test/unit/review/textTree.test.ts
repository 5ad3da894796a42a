import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { type TextTree, textTrees } from '../../../src/engine/review/attribution/textTree.ts';

const limits = { tokens: 512, texts: 256 };

/** The tokens from the root to where a text ends, as llama.cpp sees them: every node that is in its sequence. */
function textOf({ nodes }: TextTree, end: number): number[] {
  const own = nodes.filter(({ firstEnd, endCount }) => firstEnd <= end && end < firstEnd + endCount);
  expect(own.map(({ position }) => position)).toEqual(own.map((_, index) => index));
  return own.map(({ token }) => token);
}

describe('a tree of texts', () => {
  it('decodes once what texts begin with', () => {
    const [tree, ...more] = [...textTrees([[1, 2, 3], [1, 2], [1, 4], [5]], limits)];
    expect(more).toEqual([]);
    expect(tree?.nodes.map(({ token }) => token)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives every text back, whatever the texts and the limits', () => {
    // pseudo-random texts over few tokens, so that many begin alike and some are equal
    const random = new Random(7);
    for (const [tokens, texts] of [
      [6, 3],
      [6, 256],
      [512, 4],
      [40, 20],
    ] as const) {
      const given = Array.from({ length: 300 }, () =>
        Array.from({ length: 1 + random.below(6) }, () => random.below(4)),
      );
      const found: (readonly number[] | undefined)[] = given.map(() => undefined);
      for (const tree of textTrees(given, { tokens, texts })) {
        expect(tree.nodes.length).toBeLessThanOrEqual(tokens);
        expect(tree.ends.length).toBeLessThanOrEqual(texts);
        for (const [end, { text, node }] of tree.ends.entries()) {
          found[text] = textOf(tree, end);
          expect(tree.nodes[node]?.token).toBe(given[text]?.at(-1));
        }
      }
      expect(found).toEqual(given);
    }
  });

  it('refuses what no decode takes', () => {
    expect(() => [...textTrees([[]], limits)]).toThrow(RangeError);
    expect(() => [...textTrees([[1, 2]], { tokens: 1, texts: 1 })]).toThrow(RangeError);
  });
});
