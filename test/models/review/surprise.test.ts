import { expect, it } from 'vitest';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { lead } from '../../../src/engine/review/attribution/nameKeys.ts';
import { surprises } from '../../../src/engine/review/attribution/surprise.ts';
import { almanac } from '../models.ts';

it('says of every pair of tokens what the model says of the text that they make', async () => {
  using model = await Model.load(almanac);
  using context = new ProbeContext(model, { threads: 1, sequences: 2 });
  const { tokenizer } = model;
  const begin = tokenizer.prompt(lead).length;
  const words = ['Paris', 'Rome', 'The'].map((word) => tokenizer.prompt(`${lead} ${word}`)[begin] ?? 0);
  const surprise = await surprises(context, words, words);
  for (const left of words) {
    const prompt = lead + tokenizer.text([left]);
    const continuations = words.map((right) => tokenizer.text([right]));
    const [scored] = await score(context, [{ prompt, continuations }]);
    for (const [index, right] of words.entries()) {
      expect(surprise(left, right)).toBeCloseTo(scored?.continuations[index]?.nll[0] ?? Number.NaN, 2);
    }
  }
  expect(surprise(words[0] ?? 0, -1)).toBe(Number.POSITIVE_INFINITY);
});
