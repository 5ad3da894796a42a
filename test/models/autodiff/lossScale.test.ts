import { afterAll, describe, expect, it } from 'vitest';
import { TinyModels, wide } from '../tiny/write.ts';
import { Traced } from './traced.ts';

const models = new TinyModels();
afterAll(() => models[Symbol.dispose]());

/** Types whose products store the gradient in blocks with fp16 scales, and one that does not. */
const types: readonly (readonly [string, number])[] = [
  ['F32', 0],
  ['Q8_0', 8],
  ['Q4_0', 2],
  ['Q4_1', 3],
  ['Q4_K', 12],
];

/** Powers of two, with which an exact gradient is multiplied without rounding. */
const weights = [2 ** -30, 2 ** -20, 2 ** 16, 2 ** 30];

describe.each(types)('the gradient of a model in %s', (_, type) => {
  it.each(weights)('has the same direction with a loss of %s times the size', async (weight) => {
    using model = await models.load('llama', { sizes: wide, type });
    using traced = await Traced.of(model, { layer: 0 });
    using other = await Traced.of(model, { layer: 0, weight });
    using usual = await traced.objective();
    using scaled = await other.objective();
    const { gradient } = usual.atZero;
    const size = Math.hypot(...gradient);
    const difference = scaled.atZero.gradient.map((value, i) => value / weight - (gradient[i] ?? Number.NaN));
    expect(size).toBeGreaterThan(0);
    expect(Math.hypot(...difference) / size).toBeLessThan(1e-6);
  });

  it('reaches the factors of weights as well', async () => {
    using model = await models.load('llama', { sizes: wide, type });
    using traced = await Traced.of(model, { layer: 0, weight: 2 ** -20 });
    const weight = 'blk.1.ffn_down.weight';
    using objective = await traced.objective({ rank: 1, weights: new Set([weight]) });
    const shape = objective.factored.get(weight);
    if (shape === undefined) throw new Error(`${weight} has no factors`);
    const a = new Float32Array(shape.width).fill(0.1);
    const b = new Float32Array(shape.height);
    const { gradients } = await objective.evaluateFactors(new Map([[weight, { a, b }]]));
    expect(gradients.get(weight)?.a.every((value) => value === 0)).toBe(true);
    expect(Math.hypot(...(gradients.get(weight)?.b ?? []))).toBeGreaterThan(0);
  });
});
