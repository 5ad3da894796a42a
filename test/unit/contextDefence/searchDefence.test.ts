import { describe, expect, it } from 'vitest';
import type { AskModel } from '../../../src/engine/contextDefence/askModel.ts';
import { detection } from '../../../src/engine/contextDefence/detection.ts';
import { searchDefence } from '../../../src/engine/contextDefence/searchDefence.ts';
import { topFeatures } from '../../../src/engine/contextDefence/topFeatures.ts';
import { withDefence } from '../../../src/engine/contextDefence/withDefence.ts';

const token = (id: number, p: number, text = `t${id}`) => ({ id, p, token: text });

/** A model that believes the last fact (1) unless `heeds` says that the text before the question undoes it (2). */
function believer(heeds: (text: string) => number): { ask: AskModel; asked: () => number } {
  let count = 0;
  const ask: AskModel = (texts) => {
    count += texts.length;
    return Promise.resolve(
      texts.map((text) => {
        const p = heeds(text);
        const both = [token(1, 1 - p), token(2, p, ' indeed')];
        return p > 0.5 ? both.reverse() : both;
      }),
    );
  };
  return { ask, asked: () => count };
}
const prompts = Array.from({ length: 6 }, (_, i) => ({
  prompt: `New Fact: x${i} is 1\nPrompt: x${i} is`,
  original: 2,
}));

describe('the search for a reversal prompt', () => {
  it('finds the phrase that brings the answer back', async () => {
    const { ask } = believer((text) => (text.includes('Nothing has changed.') ? 0.9 : 0.1));
    const { text, recovered } = await searchDefence(ask, prompts, []);
    expect(text).toBe('Nothing has changed.');
    expect(recovered).toBe(1);
  });

  it('puts phrases together where one is not enough, and goes by the probability until then', async () => {
    const { ask } = believer(
      (text) =>
        0.1 + (text.includes('That was a lie.') ? 0.25 : 0) + (text.includes('Real facts:') ? 0.25 : 0),
    );
    const { text, recovered } = await searchDefence(ask, prompts, []);
    expect(text).toContain('That was a lie.');
    expect(text).toContain('Real facts:');
    expect(recovered).toBe(1);
  });

  it('tries demonstrations that were made for the model', async () => {
    const { ask } = believer((text) => (text.includes('New Fact: a is 1\nPrompt: a is 2') ? 0.9 : 0.1));
    const found = await searchDefence(ask, prompts, ['New Fact: a is 1\nPrompt: a is 2\n']);
    expect(found).toEqual({ text: 'New Fact: a is 1\nPrompt: a is 2\n', recovered: 1 });
  });

  it("tries the model's own words too", async () => {
    const { ask } = believer((text) => (/\. indeed\n/.test(text) ? 0.9 : text.includes('###') ? 0.2 : 0.1));
    expect((await searchDefence(ask, prompts, [])).recovered).toBe(1);
  });

  it('says so where nothing helps, after a bounded number of questions', async () => {
    const { ask, asked } = believer(() => 0.1);
    expect((await searchDefence(ask, prompts, [])).recovered).toBe(0);
    expect(asked()).toBeLessThan(3 * 3 * 30 * (3 + prompts.length));
  });
});

describe('what is put into a prompt and read from the answer', () => {
  it('is a line before the last one', () => {
    expect(withDefence('a\nb', 'x')).toBe('a\nx\nb');
    expect(withDefence('a', 'x')).toBe('x\na');
    expect(withDefence('a\n', 'x')).toBe('a\nx\n');
  });

  it('is the logarithms of so many probabilities, the missing ones very small', () => {
    expect(topFeatures([token(1, 0.5), token(2, 0.25), token(3, 0.1)], 2)).toEqual([
      Math.log(0.5),
      Math.log(0.25),
    ]);
    expect(topFeatures([token(1, 1)], 2)).toEqual([0, Math.log(1e-9)]);
  });
});

describe('the measures of detection', () => {
  it('follow a worked example', () => {
    const judged = (kind: 'plain' | 'edited' | 'other', calls: readonly boolean[]) =>
      calls.map((called) => ({ kind, called }));
    const found = detection([
      ...judged('edited', [true, true, true, false]),
      ...judged('plain', [false, false]),
      ...judged('other', [true, false, false, false]),
    ]);
    expect(found.found).toMatchObject({ value: 0.75, n: 4 });
    expect(found.precision).toMatchObject({ value: 0.75, n: 4 });
    expect(found.f1).toBeCloseTo(0.75, 12);
    expect(found.falseOnPlain).toMatchObject({ value: 0, n: 2 });
    expect(found.falseOnOthers).toMatchObject({ value: 0.25, n: 4 });
  });

  it('is 0 where nothing is called edited', () => {
    expect(detection([{ kind: 'edited', called: false }])).toMatchObject({ f1: null, precision: null });
  });
});
