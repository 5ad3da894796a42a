import { describe, expect, it } from 'vitest';
import type { EditObjective } from '../../../src/engine/autodiff/objective.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { optimiseValue } from '../../../src/engine/editing/value/value.ts';

interface Point {
  readonly nll: number;
  readonly kl: number;
  readonly gradient: readonly number[];
}

/** An objective by a formula, and where it was asked. */
function objectiveOf(width: number, at: (delta: readonly number[]) => Point) {
  const asked: number[][] = [];
  const evaluated = (delta: readonly number[]) => {
    const { nll, kl, gradient } = at(delta);
    return { nll, kl, gradient: Float64Array.from(gradient) };
  };
  const objective = {
    width,
    get atZero() {
      return evaluated(new Array<number>(width).fill(0));
    },
    evaluate: async (delta: Float64Array) => {
      asked.push([...delta]);
      return evaluated([...delta]);
    },
  };
  return { objective: objective as unknown as EditObjective, asked };
}

const slope = (nll: number) => objectiveOf(2, () => ({ nll, kl: 0.5, gradient: [1, 0] }));
const step = { learningRate: 0.5, rateIn: 'one' } as const;
const plan = { ...defaults, ...step, steps: 3, stopBelow: 0.1, clamp: 100, weightDecay: 0 };
const initial = Float64Array.of(3, 4);

describe('the optimisation of a value', () => {
  it('moves δ by a share of ‖v₀‖ in the first step, whatever the scale of the model', async () => {
    for (const scale of [1e-3, 1, 1e6]) {
      // the larger v₀, the smaller the slope
      const gradient = [1e-3 / scale, -1e-3 / scale];
      const { objective } = objectiveOf(2, () => ({ nll: 2, kl: 0, gradient }));
      const inValue = { ...plan, learningRate: 0.25, rateIn: 'value', steps: 1 } as const;
      const { steps } = await optimiseValue(
        objective,
        initial.map((x) => x * scale),
        inValue,
      );
      expect(steps.at(-1)?.relativeNorm).toBeCloseTo(0.25, 4);
    }
  });

  it('stops on the whole loss where that is asked for', async () => {
    const { objective } = objectiveOf(2, () => ({ nll: 0.09, kl: 0.5, gradient: [1, 0] }));
    expect((await optimiseValue(objective, initial, plan)).steps).toHaveLength(1);
    expect((await optimiseValue(objective, initial, { ...plan, stopOn: 'loss' })).steps).toHaveLength(4);
  });

  it('takes as many steps as are allowed, and says where each of them was', async () => {
    const { objective, asked } = slope(2);
    const { delta, steps } = await optimiseValue(objective, initial, plan);
    expect(asked.map(([x]) => x)).toEqual([
      expect.closeTo(-0.5, 7),
      expect.closeTo(-1, 7),
      expect.closeTo(-1.5, 7),
    ]);
    expect([...delta]).toEqual([expect.closeTo(-1.5, 7), 0]);
    expect(steps.map(({ step, nll, kl }) => [step, nll, kl])).toEqual([
      [0, 2, 0.5],
      [1, 2, 0.5],
      [2, 2, 0.5],
      [3, 2, 0.5],
    ]);
    // ‖v₀‖ = 5
    expect(steps.map(({ relativeNorm }) => relativeNorm)).toEqual([
      0,
      expect.closeTo(0.1, 7),
      expect.closeTo(0.2, 7),
      expect.closeTo(0.3, 7),
    ]);
  });

  it.each([
    [0.1, 3],
    [0.0999, 0],
  ])('with an NLL of %f ends after %i steps, where it shall stop below 0.1', async (nll, taken) => {
    const { steps, delta } = await optimiseValue(slope(nll).objective, initial, plan);
    expect(steps.at(-1)?.step).toBe(taken);
    expect(delta[0]).toBeCloseTo(-0.5 * taken, 6);
  });

  it('stops at the step whose NLL is low enough, and goes no further', async () => {
    const { objective } = objectiveOf(1, ([x = 0]) => ({ nll: 1 + x, kl: 0, gradient: [1] }));
    const { delta, steps } = await optimiseValue(objective, initial, { ...plan, steps: 9 });
    expect(steps.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(delta[0]).toBeCloseTo(-1, 6);
  });

  it('keeps delta within its bound, in its direction', async () => {
    const { objective } = objectiveOf(2, () => ({ nll: 2, kl: 0, gradient: [1, -1] }));
    const { delta, steps } = await optimiseValue(objective, initial, { ...plan, clamp: 0.02 });
    // ‖delta‖ ≤ 0.02 · 5
    expect([...delta]).toEqual([expect.closeTo(-0.1 / Math.SQRT2, 9), expect.closeTo(0.1 / Math.SQRT2, 9)]);
    expect(steps.at(-1)?.relativeNorm).toBeCloseTo(0.02, 9);
    const loose = await optimiseValue(objective, initial, { ...plan, clamp: 0.5 });
    expect([...loose.delta]).toEqual([expect.closeTo(-1.5, 6), expect.closeTo(1.5, 6)]);
  });

  it("decays by the loss's own term, weightDecay ‖delta‖ / ‖v₀‖²", async () => {
    // where the objective is flat after the first step, the term's gradient alone is left: 50 / 25 · sign(delta)
    const { objective } = objectiveOf(1, ([x = 0]) => ({ nll: 2, kl: 0, gradient: [x === 0 ? 2 : 0] }));
    const { delta } = await optimiseValue(objective, initial, { ...plan, steps: 2, weightDecay: 50 });
    // Adam: m = 0.1·2 then 0.9·0.2 + 0.1·(−2) = −0.02; v = 0.004 then 0.007996; bias-corrected by 0.19 and 0.001999
    const second = (0.5 * (-0.02 / 0.19)) / Math.sqrt(0.007996 / 0.001999);
    expect(delta[0]).toBeCloseTo(-0.5 - second, 6);
  });

  it('reports how far it is, and each step', async () => {
    const said: (readonly [string, number])[] = [];
    const steps: number[] = [];
    const report = (stage: string, fraction: number) => said.push([stage, fraction]);
    await optimiseValue(slope(2).objective, initial, plan, { report }, ({ step }) => steps.push(step));
    expect(said.map(([, fraction]) => fraction)).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(steps).toEqual([0, 1, 2, 3]);
  });
});
