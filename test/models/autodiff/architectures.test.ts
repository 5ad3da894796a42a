import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Twin } from '../../../src/engine/autodiff/twin.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { architectures } from '../tiny/architectures.ts';
import { Random } from '../tiny/random.ts';
import { TinyModels } from '../tiny/write.ts';
import { loss, Reference } from './reference.ts';
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
    const away = await objective.evaluate(new Random(2).float64(objective.width, 0.5));
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
    using twin = new Twin(traced.devices, traced.trace, traced.site, 4096);
    twin.allocate();
    const reference = new Reference(model.runtime.c, twin, traced.site.values ?? new Float32Array());
    const logits = (delta: Float64Array) => reference.logits(delta, traced.columns);
    const before = logits(new Float64Array(objective.width));
    const exact = (delta: Float64Array) => loss(logits(delta), before, traced.supervision);

    const at = new Random(4).float64(objective.width, 0.5);
    const found = await objective.evaluate(at);
    const { nll, kl } = exact(at);
    expect(Math.abs(found.nll - nll) / nll).toBeLessThan(1e-3);
    expect(Math.abs(found.kl - kl)).toBeLessThan(1e-3 * kl + 1e-4);

    const slopes = directions(objective.width).map((direction) => {
      const beside = (side: number) => {
        const there = exact(at.map((x, i) => x + side * (direction[i] ?? 0)));
        return there.nll + there.kl;
      };
      const claimed = direction.reduce((sum, x, i) => sum + x * (found.gradient[i] ?? 0), 0);
      return { claimed: claimed / step, exact: (beside(1) - beside(-1)) / (2 * step) };
    });
    const error = Math.hypot(...slopes.map(({ claimed, exact }) => claimed - exact));
    const size = Math.hypot(...slopes.map(({ exact }) => exact));
    expect(error / size).toBeLessThan(1e-3);
  });
});

const step = 1e-4;

/** Random vectors of length `step`: an error in any component of the gradient shows in their slopes. */
function directions(width: number): Float64Array[] {
  const random = new Random(9);
  return Array.from({ length: 8 }, () => {
    const direction = random.float64(width, 1);
    const length = Math.hypot(...direction);
    return direction.map((x) => (x * step) / length);
  });
}
