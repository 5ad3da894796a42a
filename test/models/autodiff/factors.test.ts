import { expect, it } from 'vitest';
import type { FactorValues } from '../../../src/engine/autodiff/objective.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { TinyModels } from '../tiny/write.ts';
import { Traced } from './traced.ts';

const rank = 2;
const weights = new Set([
  'blk.0.ffn_down.weight',
  'blk.1.attn_q.weight',
  'blk.1.attn_v.weight',
  'blk.1.ffn_down.weight',
]);

it('gives the gradient by low-rank factors that central differences of the loss say', async () => {
  using models = new TinyModels();
  using model = await models.load('llama');
  using traced = await Traced.of(model, { layer: 0 });
  using objective = await traced.objective({ rank, weights });
  expect(new Set(objective.factored.keys())).toEqual(weights);
  const random = new Random(3);
  const draw = (size: number, scale: number) => random.normals(size, scale);
  const each = (make: (size: number) => Float32Array) =>
    new Map(
      [...objective.factored].map(([name, { width, height }]): [string, FactorValues] => [
        name,
        { a: make(rank * width), b: make(height * rank) },
      ]),
    );
  const at = each((size) => draw(size, 0.2));
  const direction = each((size) => draw(size, 1));
  const { gradients } = await objective.evaluateFactors(at);
  const moved = (by: number) => {
    const shift = (x: Float32Array, d: Float32Array | undefined) =>
      x.map((value, i) => value + by * (d?.[i] ?? 0));
    return new Map(
      [...at].map(([name, { a, b }]) => [
        name,
        { a: shift(a, direction.get(name)?.a), b: shift(b, direction.get(name)?.b) },
      ]),
    );
  };
  const loss = async (by: number) => {
    const { nll, kl } = await objective.evaluateFactors(moved(by));
    return nll + kl;
  };
  const step = 1e-3;
  const measured = ((await loss(step)) - (await loss(-step))) / (2 * step);
  const product = (x: Float32Array | undefined, y: Float32Array) =>
    y.reduce((sum, value, i) => sum + value * (x?.[i] ?? 0), 0);
  let along = 0;
  for (const [name, { a, b }] of gradients) {
    along += product(direction.get(name)?.a, a) + product(direction.get(name)?.b, b);
  }
  expect(Math.abs(along)).toBeGreaterThan(0.01);
  expect(Math.abs(measured - along)).toBeLessThan(0.01 * Math.abs(along));
});

it('changes nothing while B is zero', async () => {
  using models = new TinyModels();
  using model = await models.load('llama');
  using traced = await Traced.of(model, { layer: 0 });
  using plain = await traced.objective();
  using factored = await traced.objective({ rank, weights });
  expect(factored.atZero.nll).toBe(plain.atZero.nll);
  expect(factored.atZero.gradient).toEqual(plain.atZero.gradient);
});
