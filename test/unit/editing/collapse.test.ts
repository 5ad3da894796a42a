import { expect, test } from 'vitest';
import { symptom } from '../../../src/engine/editing/collapse.ts';

test.each([
  [{ perplexity: 1, fluency: 1 }, null],
  [{ perplexity: 2.9, fluency: 0.51 }, null],
  [{ perplexity: 3, fluency: 0.5 }, null],
  [{ perplexity: 3.1, fluency: 1 }, /perplexity .* 3\.1 times/],
  [{ perplexity: 1, fluency: 0.4 }, /repeats itself.* 0\.40/],
  [{ perplexity: Number.NaN, fluency: 1 }, /perplexity/],
  [{ perplexity: Number.POSITIVE_INFINITY, fluency: Number.NaN }, /perplexity/],
  [{ perplexity: 1, fluency: Number.NaN }, /repeats itself/],
])('%o', (health, expected) => {
  if (expected === null) expect(symptom(health)).toBeNull();
  else expect(symptom(health)).toMatch(expected);
});
