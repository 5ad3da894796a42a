import { describe, expect, it } from 'vitest';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { suitValue } from '../../../src/engine/editing/methods/suitValue.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dot } from '../../../src/engine/numeric/vector.ts';

const width = 6;
const random = new Random(3);
const residual = Float64Array.from(random.normals(width));
const wanted = Float64Array.from(random.normals(width));

/** NLL = ‖δ − wanted‖² / 2, whose gradient is δ − wanted; and what it was asked for. */
function quadratic() {
  const asked: Float64Array[] = [];
  const nll = (delta: Float64Array) => delta.reduce((sum, x, i) => sum + (x - (wanted[i] ?? 0)) ** 2 / 2, 0);
  const evaluate = async (delta: Float64Array) => {
    asked.push(delta);
    return { nll: nll(delta), kl: 0, gradient: delta.map((x, i) => x - (wanted[i] ?? 0)) };
  };
  return { asked, objective: { width, evaluate } };
}

const settings = { ...defaults, stopBelow: 0, stopOn: 'loss', apart: 0.3, learningRate: 0.5 } as const;

describe("SUIT's value", () => {
  it('swaps how far the residual stream reaches along two unit vectors', async () => {
    const { asked, objective } = quadratic();
    const initial = new Float64Array(width).fill(1);
    await suitValue({ objective, initial, residual, hyperparameters: { ...settings, steps: 4 } });
    for (const delta of asked) {
      // h + δ' is the reflection of h by w₁ − w₂ where the two are at right angles; its component there changes sign
      const along = dot(residual, delta);
      expect(along).toBeLessThanOrEqual(1e-12);
      expect(dot(delta, delta)).toBeGreaterThan(0);
    }
  });

  it('has the published loss, and the published step after it, on a dense example', async () => {
    const { asked, objective } = quadratic();
    const initial = new Float64Array(width).fill(1);
    const hyperparameters = { ...settings, steps: 1 };
    const { steps } = await suitValue({ objective, initial, residual, hyperparameters });
    const unit = 1 / Math.sqrt(width);
    const start = [0, 1].flatMap((i) => [...new Random(24502 + i).normals(width, unit)]);
    // equations 6 and 7 of the paper, as they stand there
    const normed = (w: readonly number[]) => w.map((x) => x / Math.hypot(...w));
    const product = (a: readonly number[], b: ArrayLike<number>) =>
      a.reduce((sum, x, i) => sum + x * (b[i] ?? Number.NaN), 0);
    const parts = (w: readonly number[]) => {
      const [w1, w2] = [normed(w.slice(0, width)), normed(w.slice(width))];
      const [h1, h2] = [product(w1, residual), product(w2, residual)];
      const delta = w1.map((x, i) => (h2 - h1) * x + (h1 - h2) * (w2[i] ?? Number.NaN));
      const nll = delta.reduce((sum, x, i) => sum + (x - (wanted[i] ?? Number.NaN)) ** 2 / 2, 0);
      return { delta, nll, loss: nll + hyperparameters.apart * product(w1, w2) ** 2 };
    };
    const first = parts(start);
    expect(steps[0]?.nll).toBeCloseTo(first.nll, 10);
    // Adam's first step moves every number by the rate, against the sign of its gradient
    const stepped = start.map((x, i) => {
      const moved = (by: number) => parts(start.map((y, j) => (i === j ? y + by : y))).loss;
      return x - 0.5 * unit * Math.sign(moved(1e-6) - moved(-1e-6));
    });
    const second = parts(stepped);
    expect(steps[1]?.nll).toBeCloseTo(second.nll, 4);
    for (const [i, x] of second.delta.entries()) expect(asked[1]?.[i]).toBeCloseTo(x, 4);
  });

  it('follows the gradient of its loss: lower after every few steps', async () => {
    const { objective } = quadratic();
    const initial = new Float64Array(width).fill(1);
    const { steps, delta } = await suitValue({
      objective,
      initial,
      residual,
      hyperparameters: { ...settings, apart: 0, learningRate: 0.1, steps: 60 },
    });
    const losses = steps.map(({ nll }) => nll);
    expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0));
    expect(delta).toHaveLength(width);
  });

  it('keeps the two directions apart where it is asked to', async () => {
    // with nothing to reach, the penalty alone is left: δ'ᵀδ' = 2 swap² (1 − ŵ₁ᵀŵ₂)
    const objective = {
      width,
      evaluate: async () => ({ nll: 1, kl: 0, gradient: new Float64Array(width) }),
    };
    const initial = new Float64Array(width).fill(1);
    const overlapAfter = async (steps: number) => {
      const { delta } = await suitValue({
        objective,
        initial,
        residual,
        hyperparameters: { ...settings, apart: 10, learningRate: 0.05, steps },
      });
      const swap = -dot(residual, delta);
      // δ' = swap (a − b) and swap = hᵀ(b − a): −hᵀδ' = swap², ‖δ'‖² = 2 swap² (1 − aᵀb)
      return Math.abs(1 - dot(delta, delta) / (2 * swap));
    };
    expect(await overlapAfter(100)).toBeLessThan(0.5 * (await overlapAfter(0)) + 0.01);
  });
});
