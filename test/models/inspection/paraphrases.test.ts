import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { CancelledError, InputError } from '../../../src/engine/errors.ts';
import { wordsOf } from '../../../src/protocol/promptWords.ts';
import { almanac } from '../models.ts';

describe('proposed paraphrases', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine({ threads: 1 });
  });
  afterAll(() => engine[Symbol.dispose]());

  const fact = {
    model: almanac,
    prompt: 'The Eiffel Tower is located in the city of',
    subject: 'The Eiffel Tower',
    target: { new: 'Rome', true: 'Paris' },
  };

  it('are marked, all different, and answered with the true target by the model itself', async () => {
    const { paraphrases, held, tried } = await engine.proposeParaphrases({ ...fact, count: 12 });
    expect(tried).toBeGreaterThanOrEqual(40);
    expect(held).toBeGreaterThanOrEqual(12);
    expect(held).toBeLessThanOrEqual(tried);
    expect(new Set(paraphrases.map(({ prompt }) => prompt)).size).toBe(12);
    for (const { prompt, proposed } of paraphrases) {
      expect(proposed).toBe(true);
      expect(prompt).not.toBe(fact.prompt);
      const { before } = await engine.probe({ model: almanac, prompt, top: 1 });
      expect(before[0]?.token, wordsOf(prompt)).toBe(' Paris');
    }
  });

  it('are as different as they can be: plain and behind a sentence, in other words', async () => {
    const { paraphrases } = await engine.proposeParaphrases({ ...fact, count: 6 });
    const texts = paraphrases.map(({ prompt }) => wordsOf(prompt));
    expect(texts.some((text) => /^[^.]+\. /.test(text))).toBe(true);
    expect(texts.some((text) => text.startsWith('To see the Eiffel Tower'))).toBe(true);
    expect(texts.filter((text) => text.includes('is located in the city of')).length).toBeLessThan(3);
  });

  it('are none where the model does not know the fact', async () => {
    const target = { new: 'Rome', true: 'Vladivostok' };
    expect(await engine.proposeParaphrases({ ...fact, target })).toMatchObject({ paraphrases: [], held: 0 });
  });

  it('need the subject in the prompt, and stop when they are cancelled', async () => {
    await expect(engine.proposeParaphrases({ ...fact, subject: 'The Louvre' })).rejects.toBeInstanceOf(
      InputError,
    );
    const abort = new AbortController();
    const seen: number[] = [];
    const report = (_: string, fraction: number) => {
      seen.push(fraction);
      abort.abort();
    };
    await expect(engine.proposeParaphrases(fact, { signal: abort.signal, report })).rejects.toBeInstanceOf(
      CancelledError,
    );
    expect(seen).toHaveLength(1);
  });
});
