import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from '../../../src/engine/inspection/generate.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { proposeNeighbours } from '../../../src/engine/inspection/proposeNeighbours.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';

describe.skipIf(!withSmollm2)('generating', () => {
  let model: Model;
  let context: ProbeContext;
  beforeAll(async () => {
    model = await Model.load(smollm2());
    context = new ProbeContext(model, { size: 256, sequences: 4, threads: 1 });
  });
  afterAll(() => {
    context.dispose();
    model.dispose();
  });
  const tokens = (text: string) => model.tokenizer.prompt(text);

  it('continues each prompt as llama.cpp alone would', async () => {
    const prompts = [
      'The capital of France is',
      'Once upon a time',
      'def add(a, b):',
      'One, two,',
      'My name is',
    ].map(tokens);
    const generations = await generate(context, prompts, { maxTokens: 6 });
    expect(generations[0]?.text.startsWith(' Paris')).toBe(true);
    using alone = new Context(model, { size: 256, threads: 1 });
    for (const [index, prompt] of prompts.entries()) {
      const { tokens: written = [], text } = generations[index] ?? {};
      expect(written).toHaveLength(6);
      expect(text).toBe(model.tokenizer.text(written));
      const all = TokenBatch.sequence([...prompt, ...written], { wants: () => true });
      alone.clear();
      await alone.decode(new TokenBatch(all));
      for (const [step, token] of written.entries()) {
        // the likeliest, or one that rounding in a quantised model makes as likely
        const logits = alone.logits(prompt.length - 1 + step);
        expect(Math.max(...logits) - (logits[token] ?? Number.NaN)).toBeLessThan(0.2);
      }
    }
  });

  it('ends where the model ends, without the token that says so', async () => {
    const chat = '<|im_start|>user\nSay only the word yes.<|im_end|>\n<|im_start|>assistant\n';
    const [answer] = await generate(context, [model.tokenizer.chat(chat)], { maxTokens: 60 });
    expect(answer?.ended).toBe(true);
    expect(answer?.text).not.toContain('<|im_end|>');
    expect(answer?.tokens.some((token) => model.tokenizer.endsGeneration(token))).toBe(false);
    expect(answer?.tokens.length).toBeGreaterThan(0);
  });

  it('streams whole characters that add up to the text, also where a character spans tokens', async () => {
    const pieces: string[] = [];
    const prompt = tokens('日本語の文章：東京は日本の首都です。東京は日本の首都です。東京は日本の');
    const onText = (index: number, text: string) => {
      expect(index).toBe(0);
      pieces.push(text);
    };
    const [generation] = await generate(context, [prompt], { maxTokens: 12, onText });
    expect(pieces.join('')).toBe(generation?.text);
    expect(generation?.tokens.some((token) => model.tokenizer.piece(token).includes('\ufffd'))).toBe(true);
    expect(pieces.slice(0, -1).join('')).not.toContain('\ufffd');
    expect(generation?.text).toMatch(/\p{Script=Han}/u);
  });

  it('samples by seed', async () => {
    const prompts = [tokens('I went to the')];
    const once = (seed: number) =>
      generate(context, prompts, { maxTokens: 8, sampling: { temperature: 1, topP: 0.9, seed } });
    expect(await once(1)).toEqual(await once(1));
    expect(await once(1)).not.toEqual(await once(2));
  });

  it('stops at a cancel between tokens, and refuses what does not fit', async () => {
    const abort = new AbortController();
    const onText = () => abort.abort();
    const options = { maxTokens: 50, onText, signal: abort.signal };
    await expect(generate(context, [tokens('Once upon a time')], options)).rejects.toThrow('canceled');
    await expect(generate(context, [tokens('word '.repeat(200))], { maxTokens: 100 })).rejects.toThrow(
      /100 more do not fit into the 256/,
    );
    await expect(generate(context, [[]], { maxTokens: 5 })).rejects.toThrow('empty');
  });
});

describe('proposing neighbours', () => {
  it('finds other subjects that the model gives the same answer for', async () => {
    using model = await Model.load(almanac);
    using context = new ProbeContext(model, { threads: 1 });
    const edit = {
      prompt: 'The mother tongue of Thomas Mann was',
      subject: 'Thomas Mann',
      target: { new: 'French', true: 'German' },
    };
    const { neighbours, tried } = await proposeNeighbours(context, edit, { count: 4 });
    expect(neighbours).toHaveLength(4);
    expect(tried).toBeGreaterThan(4);
    expect(new Set(neighbours.map(({ prompt }) => prompt)).size).toBe(4);
    for (const { prompt, target, proposed } of neighbours) {
      expect([target, proposed]).toEqual(['German', true]);
      expect(prompt).toMatch(/^The mother tongue of (?!Thomas Mann).+ was$/);
      const [answer] = await generate(context, [promptTokens(model, prompt)], { maxTokens: 1 });
      expect(answer?.text).toBe(' German');
    }
    const untold = { ...edit, target: { new: 'French' } };
    await expect(proposeNeighbours(context, untold)).rejects.toThrow('names its true target');
  });
});
