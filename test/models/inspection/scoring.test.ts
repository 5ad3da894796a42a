import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argmax, klDivergence, topTokens } from '../../../src/engine/inspection/nextToken.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { score } from '../../../src/engine/inspection/scoring.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';

/** llama.cpp's own logits for one sequence by itself, one row per token. */
async function rows(model: Model, tokens: readonly number[]): Promise<Float32Array[]> {
  using context = new Context(model, { size: 256, threads: 1 });
  await context.decode(new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true })));
  return tokens.map((_, index) => context.logits(index));
}

function naiveNll(logits: Float32Array, token: number): number {
  const sum = [...logits].reduce((total, logit) => total + Math.exp(logit), 0);
  return Math.log(sum) - (logits[token] ?? Number.NaN);
}

/**
 * Where a prompt lies in the cache moves sums in their last bit; a quantised model's activations are rounded again in
 * every layer, which lets some of that through.
 */
const models = [
  ...(withSmollm2 ? [{ name: 'SmolLM2', file: smollm2, tolerance: 0.15 }] : []),
  { name: 'almanac', file: () => almanac, tolerance: 0.005 },
];

describe.each(models)('scoring many prompts at once on $name', ({ file, tolerance }) => {
  let model: Model;
  let context: ProbeContext;
  beforeAll(async () => {
    model = await Model.load(file());
    context = new ProbeContext(model, { size: 256, sequences: 8, threads: 1 });
  });
  afterAll(() => {
    context.dispose();
    model.dispose();
  });

  const requests = [
    { prompt: 'The capital of France is', continuations: ['Paris', 'the city of Rome', 'not'] },
    { prompt: 'Water boils when it is', continuations: [] },
    { prompt: 'The mother tongue of Victor Hugo is', continuations: ['French', 'Old Church Slavonic'] },
    { prompt: 'She said: ', continuations: ['hello there'] },
    { prompt: 'Two and two make', continuations: ['four', ' five', 'twenty-two'] },
  ];

  it('agrees with llama.cpp given one sequence at a time', async () => {
    const scores = await score(context, requests);
    expect(scores).toHaveLength(requests.length);
    for (const [index, { prompt, continuations }] of requests.entries()) {
      const tokens = model.tokenizer.prompt(prompt);
      const alone = (await rows(model, tokens)).at(-1) ?? new Float32Array();
      expect(topTokens(scores[index]?.next.logits ?? alone, 2)).toEqual(topTokens(alone, 2));
      for (const [place, continuation] of continuations.entries()) {
        const text = /\s$/.test(prompt) || continuation.startsWith(' ') ? continuation : ` ${continuation}`;
        const target = model.tokenizer.continuation(text);
        const naive = await rows(model, [...tokens, ...target]);
        const found = scores[index]?.continuations[place];
        expect(found?.tokens).toEqual(target);
        for (const [i, token] of target.entries()) {
          const logits = naive[tokens.length - 1 + i] ?? alone;
          expect(Math.abs((found?.nll[i] ?? Number.NaN) - naiveNll(logits, token))).toBeLessThan(tolerance);
          expect(found?.argmax[i]).toBe(argmax(logits));
        }
        const better = [...alone].filter((logit) => logit > (alone[target[0] ?? 0] ?? 0)).length;
        expect(Math.abs((found?.rank ?? 0) - 1 - better)).toBeLessThanOrEqual(0.02 * better + 1);
      }
    }
  });

  it('gives bitwise the same numbers for the same list, whatever was decoded in between', async () => {
    const before = await score(context, requests);
    await score(context, requests.slice(2));
    const after = await score(context, requests);
    expect(after).toEqual(before);
    for (const [index, { next }] of before.entries()) {
      expect(klDivergence(next, after[index]?.next ?? next)).toBe(0);
    }
  });

  it('packs a list that exceeds the context into several decodes', async () => {
    const many = Array.from({ length: 8 }, () => requests).flat();
    const scores = await score(context, many);
    expect(scores).toHaveLength(40);
    for (const [index, { continuations }] of scores.entries()) {
      for (const [place, { nll }] of continuations.entries()) {
        for (const [i, value] of nll.entries()) {
          const first = scores[index % 5]?.continuations[place]?.nll[i] ?? Number.NaN;
          expect(Math.abs(value - first)).toBeLessThan(tolerance);
        }
      }
    }
  });

  it('refuses a prompt beyond the context with figures', async () => {
    const prompt = 'word '.repeat(300);
    await expect(score(context, [{ prompt, continuations: ['x'] }])).rejects.toThrow(
      /takes \d+ tokens.*holds 256/,
    );
    const nothing = score(context, [{ prompt: '', continuations: [] }]);
    if (model.tokenizer.addsBos) expect(await nothing).toHaveLength(1);
    else await expect(nothing).rejects.toThrow('empty');
    await expect(score(context, [{ prompt: 'A', continuations: [''] }])).rejects.toThrow('is empty');
  });

  it('stops when it is cancelled', async () => {
    await expect(score(context, requests, { signal: AbortSignal.abort() })).rejects.toThrow('canceled');
  });
});
