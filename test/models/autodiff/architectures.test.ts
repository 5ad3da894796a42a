import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../../src/engine/llama/model.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { architectures } from '../tiny/architectures.ts';
import { TinyModels } from '../tiny/write.ts';
import { compareWithFormulas } from './compare.ts';
import { Traced } from './traced.ts';

const models = new TinyModels();
afterAll(() => models[Symbol.dispose]());

describe.each(Object.keys(architectures))('the twin of %s', (name) => {
  let model: Model;
  beforeAll(async () => {
    model = await models.load(name);
  });
  afterAll(() => model.dispose());

  // EditObjective.create refuses logits that are not llama.cpp's bit for bit
  it.each([
    { threads: 1, prefix: 0, layer: 1 },
    { threads: 1, prefix: 13, layer: 0 },
    { threads: 2, prefix: 9, layer: 0 },
  ])(
    'gives the logits of llama.cpp: $threads threads, $prefix tokens cached, layer $layer',
    async (options) => {
      using traced = await Traced.of(model, options);
      using objective = await traced.objective();
      expect(objective.width).toBe(model.embedding);
    },
  );

  it('computes the same again after it was elsewhere', async () => {
    using traced = await Traced.of(model, { prefix: 7 });
    using objective = await traced.objective();
    const there = await objective.evaluate(new Float64Array(objective.width));
    const away = await objective.evaluate(Float64Array.from(new Random(2).normals(objective.width, 0.5)));
    const back = await objective.evaluate(new Float64Array(objective.width));
    expect(away.nll).not.toBe(there.nll);
    expect(back).toEqual(there);
  });

  it.each([
    { prefix: 0, layer: 0 },
    { prefix: 11, layer: 1 },
  ])('has the gradient of the exact formulas: $prefix tokens cached, layer $layer', async (options) => {
    using traced = await Traced.of(model, options);
    using objective = await traced.objective();
    const { found, exact, error } = await compareWithFormulas(traced, objective);
    expect(Math.abs(found.nll - exact.nll) / exact.nll).toBeLessThan(1e-3);
    expect(Math.abs(found.kl - exact.kl)).toBeLessThan(1e-3 * exact.kl + 1e-4);
    expect(error).toBeLessThan(1e-3);
  });
});
