import { afterAll, describe, expect, it } from 'vitest';
import type { EditObjective } from '../../../src/engine/autodiff/objective.ts';
import { TinyModels, wide } from '../tiny/write.ts';
import { Traced } from './traced.ts';

const models = new TinyModels();
afterAll(() => models[Symbol.dispose]());

/**
 * ggml's number, and how well the gradient agrees (as a cosine, a little below what is measured) with that of the same
 * weights in F32, where neither activations nor transposed copies are rounded.
 */
const types: readonly (readonly [string, number, number])[] = [
  ['F32', 0, 0.999999],
  ['F16', 1, 0.9995],
  ['BF16', 30, 0.9995],
  ['Q8_0', 8, 0.998],
  ['Q4_0', 2, 0.997],
  ['Q4_1', 3, 0.998],
  ['Q4_K', 12, 0.99],
  ['Q5_K', 13, 0.995],
  ['Q6_K', 14, 0.995],
];

describe.each(types)('a model in %s', (_, type, cosine) => {
  it('has llama.cpp’s logits bit for bit, the gradient of its weights, and descends', async () => {
    using model = await models.load('llama', { sizes: wide, type });
    using unpacked = await models.load('llama', { sizes: wide, type, unpacked: true });
    using traced = await Traced.of(model, { prefix: 5, layer: 0 });
    using plain = await Traced.of(unpacked, { prefix: 5, layer: 0 });
    using objective = await traced.objective();
    using reference = await plain.objective();
    const origin = new Float64Array(objective.width);
    const { gradient, nll } = await objective.evaluate(origin);
    const exact = await reference.evaluate(origin);
    expect(cosineOf(gradient, exact.gradient)).toBeGreaterThan(cosine);
    expect(await descend(objective)).toBeLessThan(0.5 * nll);
  });

  it('gives the same gradient where weights are read in place', async () => {
    using model = await models.load('llama', { sizes: wide, type });
    using traced = await Traced.of(model, { prefix: 5, layer: 0 });
    using frugal = await Traced.of(model, { prefix: 5, layer: 0, room: 0 });
    using objective = await traced.objective();
    using inPlace = await frugal.objective();
    const origin = new Float64Array(objective.width);
    const [copied, direct] = [await objective.evaluate(origin), await inPlace.evaluate(origin)];
    expect(direct.nll).toBe(copied.nll);
    expect(cosineOf(copied.gradient, direct.gradient)).toBeGreaterThan(0.999);
    expect(frugal.weights.bytes).toBeLessThanOrEqual(traced.weights.bytes);
  });
});

/** The NLL after twelve steps of fixed length down the gradient. */
async function descend(objective: EditObjective): Promise<number> {
  let delta = new Float64Array(objective.width);
  for (let n = 0; n < 12; n++) {
    const { gradient } = await objective.evaluate(delta);
    const length = Math.hypot(...gradient);
    delta = delta.map((x, i) => x - (3 * (gradient[i] ?? 0)) / length);
  }
  return (await objective.evaluate(delta)).nll;
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / (Math.hypot(...a) * Math.hypot(...b));
}
