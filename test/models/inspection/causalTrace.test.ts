import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { attentionPattern } from '../../../src/engine/inspection/attention.ts';
import { causalTrace } from '../../../src/engine/inspection/causalTrace.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { tokenSpans } from '../../../src/engine/inspection/tokenSpans.ts';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { eiffel } from '../editing/eiffel.ts';
import { almanac } from '../models.ts';
import { architectures } from '../tiny/architectures.ts';
import { TinyModels } from '../tiny/write.ts';

describe('a causal trace of the embedded model', () => {
  let engine: Engine;
  let found: CausalTrace;
  const params = { model: almanac, prompt: eiffel.prompt, subject: eiffel.subject, samples: 4, window: 1 };
  beforeAll(async () => {
    engine = new Engine({ threads: 1 });
    found = await engine.trace(params);
  });
  afterAll(() => engine[Symbol.dispose]());

  it('drowns the subject, and with it the answer', () => {
    const { tokens, subject, answer, clean, corrupted, totalEffect } = found;
    const corrupt = tokens.slice(subject.first, subject.last + 1).map(({ text }) => text);
    expect(corrupt.join('')).toBe(' Eiffel Tower');
    expect(answer.token).toBe(' Paris');
    expect(clean).toBeGreaterThan(0.95);
    expect(corrupted).toBeLessThan(0.5);
    expect(totalEffect).toBeCloseTo(clean - corrupted, 12);
  });

  it('finds the fact where training put it: in the MLP of layer 2 at the last token of the subject', () => {
    // at the last token of the prompt every late state carries the answer already
    const cells = found.indirect.mlp.flatMap((row, layer) =>
      row.slice(0, found.subject.last + 1).map((effect, token) => ({ layer, token, effect })),
    );
    const best = cells.reduce((most, cell) => (cell.effect > most.effect ? cell : most));
    expect(best).toMatchObject({ layer: 2, token: found.subject.last });
    // the stream there is restored with what the MLP added, and reads more than the MLP alone does
    const whole = found.indirect.residual[2]?.[found.subject.last] ?? Number.NaN;
    expect(best.effect).toBeGreaterThan(0);
    expect(whole).toBeGreaterThan(best.effect);
    expect(whole).toBeGreaterThan(0.5 * found.totalEffect);
  });

  it('brings all back where the last state is restored, and nothing before the subject', () => {
    const { indirect, layers, tokens, totalEffect, subject } = found;
    expect(indirect.residual[layers - 1]?.[tokens.length - 1]).toBeCloseTo(totalEffect, 3);
    for (const stream of Object.values(indirect)) {
      expect(stream).toHaveLength(layers);
      for (const row of stream) {
        expect(row).toHaveLength(tokens.length);
        for (const effect of row.slice(0, subject.first)) expect(effect).toBe(0);
      }
    }
  });

  it('is the same again', async () => {
    expect(await engine.trace(params)).toEqual(found);
  });

  it('refuses a subject that is not there', async () => {
    await expect(engine.trace({ ...params, subject: 'Louvre' })).rejects.toThrow(/does not occur/);
  });
});

describe('in every architecture', () => {
  const models = new TinyModels();
  afterAll(() => models[Symbol.dispose]());

  it.each(Object.keys(architectures))('%s: a trace brings all back at the end', async (name) => {
    using model = await models.load(name);
    using context = new ProbeContext(model, { size: 512, threads: 1, tapped: true });
    const spans = tokenSpans(model, 'abcdefgh');
    const last = spans.length - 1;
    const subject = { first: 1, last: 2 };
    const trace = await causalTrace(context, spans, subject, { samples: 2, window: 1 });
    expect(Math.abs(trace.totalEffect)).toBeGreaterThan(1e-6);
    expect(trace.indirect.residual.at(-1)?.[last]).toBeCloseTo(trace.totalEffect, 4);
  });

  it.each(['llama', 'gemma2', 'mixtral'])('%s: runs do not see each other in a batch', async (name) => {
    using model = await models.load(name);
    const spans = tokenSpans(model, 'abcdefgh');
    const traceBy = async (sequences: number) => {
      using context = new ProbeContext(model, { size: 512, sequences, threads: 1, tapped: true });
      return await causalTrace(context, spans, { first: 1, last: 2 }, { samples: 2, window: 1 });
    };
    const [alone, together] = [await traceBy(2), await traceBy(64)];
    const effects = ({ indirect }: CausalTrace) => Object.values(indirect).flat(2);
    const wanted = effects(alone);
    for (const [i, effect] of effects(together).entries())
      expect(effect).toBeCloseTo(wanted[i] ?? Number.NaN, 4);
    expect(together.corrupted).toBeCloseTo(alone.corrupted, 4);
  });

  it('a trace restores a window of layers of what MLPs and attention add, and one layer of the stream', async () => {
    using model = await models.load('llama');
    using context = new ProbeContext(model, { size: 512, threads: 1, tapped: true });
    const spans = tokenSpans(model, 'abcdefgh');
    const traceWith = (window: number) =>
      causalTrace(context, spans, { first: 1, last: 2 }, { samples: 1, window });
    const alone = (await traceWith(1)).indirect;
    const all = (await traceWith(2 * model.layers)).indirect;
    const far = (a: readonly number[] = [], b: readonly number[] = []) =>
      Math.max(...a.map((x, token) => Math.abs(x - (b[token] ?? Number.NaN))));
    for (const [layer, row] of alone.residual.entries())
      expect(far(row, all.residual[layer])).toBeLessThan(1e-6);
    for (const stream of ['mlp', 'attention'] as const) {
      // whichever layer it is around, a window as wide as the model is all of it
      for (const row of all[stream]) expect(far(row, all[stream][0])).toBeLessThan(1e-6);
      for (const [layer, row] of alone[stream].entries())
        expect(far(row, all[stream][layer])).toBeGreaterThan(1e-6);
    }
  });

  it.each(Object.keys(architectures))('%s: attention sums to one and never looks ahead', async (name) => {
    using model = await models.load(name);
    using context = new ProbeContext(model, { size: 256, threads: 1, tapped: true });
    const tokens = [1, 70, 80, 90, 100];
    const whole = { layer: 1, head: undefined, side: tokens.length };
    const { heads, weights } = await attentionPattern(context, tokens, whole);
    expect(weights).toHaveLength(heads * tokens.length ** 2);
    for (let head = 0; head < heads; head++) {
      for (let reading = 0; reading < tokens.length; reading++) {
        const at = (head * tokens.length + reading) * tokens.length;
        const row = weights.subarray(at, at + tokens.length);
        const sum = row.reduce((total, weight) => total + weight, 0);
        // sinks take a part of the sum in the architectures that have them
        expect(sum).toBeLessThan(1.0001);
        expect(sum).toBeGreaterThan(0.1);
        for (const weight of row.subarray(reading + 1)) expect(weight).toBe(0);
      }
    }
  });

  it('attention of one head is its part, and tiles hold the largest weight in them', async () => {
    using model = await models.load('llama');
    using context = new ProbeContext(model, { size: 256, threads: 1, tapped: true });
    const tokens = [1, 70, 80, 90, 100];
    const count = tokens.length;
    const whole = await attentionPattern(context, tokens, { layer: 1, head: undefined, side: count });
    const one = await attentionPattern(context, tokens, { layer: 1, head: 1, side: count });
    const part = whole.weights.subarray(count ** 2, 2 * count ** 2);
    expect([one.heads, one.weights]).toEqual([whole.heads, part]);
    const { weights } = await attentionPattern(context, tokens, { layer: 1, head: 1, side: 2 });
    const largest = (rows: readonly number[], columns: readonly number[]) =>
      Math.max(...rows.flatMap((row) => columns.map((column) => part[row * count + column] ?? 0)));
    const [first, second] = [
      [0, 1, 2],
      [3, 4],
    ];
    expect([...weights]).toEqual([
      largest(first, first),
      largest(first, second),
      largest(second, first),
      largest(second, second),
    ]);
    const beyond = { layer: 1, head: whole.heads, side: count };
    await expect(attentionPattern(context, tokens, beyond)).rejects.toThrow(`no head ${whole.heads}`);
  });
});
