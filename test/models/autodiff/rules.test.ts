import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../../src/engine/autodiff/rules/index.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import type { Shape } from '../../../src/engine/llama/tensor.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dense } from './array.ts';
import { formulas } from './formulas.ts';
import { type RuleCase, ruleCases } from './ruleCases.ts';
import { RuleRig } from './ruleRig.ts';

describe('the gradient rules', () => {
  let devices: Devices;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
  });
  afterAll(() => devices[Symbol.dispose]());

  it('are all tested here', () => {
    expect([...new Set(ruleCases.map(({ op }) => op))].sort()).toEqual([...rules.keys()].sort());
  });

  it.each(ruleCases)('$op $says: agrees with central differences', async (test) => {
    using rig = new RuleRig(devices, test);
    const { claimed, measured } = await slopes(rig, test);
    const error =
      Math.hypot(...claimed.map((x, i) => x - (measured[i] ?? 0))) / Math.hypot(1e-9, ...measured);
    expect(error).toBeLessThan(1e-3);
  });
});

const step = 3e-3;

/** Slopes of sum(w y) along random directions of all operands: as the rule claims them and as differences show them. */
async function slopes(rig: RuleRig, test: RuleCase): Promise<{ claimed: number[]; measured: number[] }> {
  await rig.run();
  const gradients = test.operands.map((_, operand) => rig.gradient(operand));
  const random = new Random(3);
  const [claimed, measured]: [number[], number[]] = [[], []];
  for (let n = 0; n < 4; n++) {
    const directions = test.operands.map(({ constant }, operand) => {
      const count = rig.values[operand]?.length ?? 0;
      return constant ? new Float64Array(count) : Float64Array.from(random.normals(count));
    });
    const slope = directions.map((direction, operand) => dot(direction, gradients[operand] ?? []));
    claimed.push(slope.reduce((sum, x) => sum + x, 0));
    const beside = (side: number) => lossAt(rig, test, moved(rig, test, directions, side * step));
    measured.push(((await beside(1)) - (await beside(-1))) / (2 * step));
  }
  return { claimed, measured };
}

function moved(rig: RuleRig, test: RuleCase, directions: readonly Float64Array[], by: number) {
  return test.operands.map(({ constant }, operand) => {
    const values = rig.values[operand] ?? new Float32Array();
    return constant ? values : Float32Array.from(values, (x, i) => x + by * (directions[operand]?.[i] ?? 0));
  });
}

/** By ggml, or by the exact formula where ggml computes in steps. */
async function lossAt(
  rig: RuleRig,
  test: RuleCase,
  values: readonly (Float32Array | Int32Array)[],
): Promise<number> {
  if (test.staircase) {
    const operands = values.map((data, i) =>
      dense(Float64Array.from(data), shape(test.operands[i]?.ne ?? [])),
    );
    const exact = formulas[test.op]?.(operands, rig.node);
    return dot(rig.weights, exact?.data ?? []);
  }
  for (const [operand, data] of values.entries()) rig.set(operand, data);
  await rig.run();
  return dot(rig.weights, rig.output());
}

function shape([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Shape {
  return [a, b, c, d];
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] ?? Number.NaN) * (b[i] ?? Number.NaN);
  return sum;
}
