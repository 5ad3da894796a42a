import { describe, expect, it } from 'vitest';
import type { EditObjective } from '../../../src/engine/autodiff/objective.ts';
import { hyperparametersFor } from '../../../src/engine/editing/hyperparameters/modelDefaults.ts';
import { optimiseValue } from '../../../src/engine/editing/value/value.ts';
import type { ModelFiles } from '../../../src/engine/gguf/split.ts';
import { dot, norm } from '../../../src/engine/numeric/vector.ts';
import { hyperparametersOf } from '../../../src/protocol/hyperparameterEntries.ts';
import { type Hyperparameters, SomeHyperparameters } from '../../../src/protocol/hyperparameters.ts';
import { METHODS, type Method } from '../../../src/protocol/methods.ts';
import {
  missingPreset,
  PRESETS,
  type PresetName,
  presetOf,
  presetsOf,
} from '../../../src/protocol/presets.ts';

const files = { header: { metadata: new Map(), tensors: [] } } as unknown as ModelFiles;
const all = METHODS.flatMap((method) => presetsOf(method).map((name) => [name, method] as const));
const publishedOf = (name: PresetName, method: Method): Hyperparameters =>
  hyperparametersFor(files, [], presetOf(name, method)?.values);

describe('presets', () => {
  it.each(all)('%s of %s is within range', (name, method) => {
    const { values = {}, source = 'here' } = presetOf(name, method) ?? {};
    expect(SomeHyperparameters.parse(values)).toEqual(values);
    expect(source).not.toBe('');
    const known = [...hyperparametersOf(method), 'rateIn', 'stopOn'];
    expect(Object.keys(values).filter((key) => !known.some((one) => one === key))).toEqual([]);
  });

  it('says which a method has instead of one that nobody published', () => {
    expect(missingPreset('paper', 'donor')).toMatch(
      /^Donor has no preset "paper", but default; "paper" is for rome, r-rome, memit, alphaedit, memit-blue, alphaedit-blue, sphere, suit, ft-l, dinm\.$/,
    );
    for (const method of METHODS) expect(missingPreset('default', method)).toBeUndefined();
    expect(PRESETS).toContain('default');
  });
});

/** A dense model of one layer: logits M (v₀ + δ) for each prompt, in float64. */
const [width, vocabulary] = [6, 5];
const at = (seed: number) => Math.sin(12.9898 * seed) * 2;
const matrix = (seed: number) =>
  Array.from({ length: vocabulary }, (_, row) =>
    Float64Array.from({ length: width }, (_, column) => at(seed + row * width + column + 1)),
  );
const rewriting = [matrix(10), matrix(100), matrix(200)];
const essence = matrix(300);
const target = 2;
const initial = Float64Array.from({ length: width }, (_, i) => at(500 + i));

function logProbabilities(model: readonly Float64Array[], delta: Float64Array): number[] {
  const moved = initial.map((x, i) => x + (delta[i] ?? 0));
  const logits = model.map((row) => dot(row, moved));
  const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
  return logits.map((x) => x - total);
}

/** NLL and weighted KL(now ‖ before) as `compute_v` of the ROME release has them. */
function published(delta: Float64Array, kl: number) {
  const nll =
    rewriting.reduce((sum, model) => sum - (logProbabilities(model, delta)[target] ?? 0), 0) /
    rewriting.length;
  const before = logProbabilities(essence, new Float64Array(width));
  const now = logProbabilities(essence, delta);
  const divergence = now.reduce((sum, x, i) => sum + Math.exp(x) * (x - (before[i] ?? 0)), 0);
  return { nll, kl: kl * divergence };
}

/** Its gradient by central differences. */
function slopeOf(loss: (delta: Float64Array) => number, delta: Float64Array): Float64Array {
  const step = 1e-6;
  return delta.map((_, i) => {
    const by = (sign: number) => loss(delta.map((x, j) => (i === j ? x + sign * step : x)));
    return (by(1) - by(-1)) / (2 * step);
  });
}

const optimised = all.filter(([, method]) => hyperparametersOf(method).includes('learningRate'));

describe('the value that a preset finds', () => {
  it.each(optimised)(
    '%s of %s: loss at step 0 and after one step of Adam as published',
    async (name, method) => {
      const hyperparameters = { ...publishedOf(name, method), steps: 1 };
      const { kl: factor, learningRate, rateIn, weightDecay, clamp } = hyperparameters;
      const size = norm(initial);
      const decay = (delta: Float64Array) => (weightDecay * norm(delta)) / size ** 2;
      const inPublished = (delta: Float64Array) => published(delta, factor);
      const loss = (delta: Float64Array) => inPublished(delta).nll + inPublished(delta).kl;
      const evaluate = async (delta: Float64Array) => ({
        ...inPublished(delta),
        gradient: slopeOf(loss, delta),
      });
      const zero = new Float64Array(width);
      const objective = { width, atZero: await evaluate(zero), evaluate } as unknown as EditObjective;
      const { delta, steps } = await optimiseValue(objective, initial, hyperparameters);

      // Adam's first step is the rate against the sign of the gradient, then the projection into the ball
      const rate = learningRate * (rateIn === 'value' ? size / Math.sqrt(width) : 1);
      const first = slopeOf(loss, zero).map((g) => (-rate * g) / (Math.abs(g) + 1e-8));
      const bound = Math.min(1, (clamp * size) / norm(first));
      const expected = first.map((x) => x * bound);
      expect([...delta]).toEqual([...expected].map((x) => expect.closeTo(x, 6)));
      const whole = ({ nll, kl }: { nll: number; kl: number }, length: number) =>
        nll + kl + (weightDecay * length) / size ** 2;
      const none = { nll: Number.NaN, kl: 0 };
      const [before, after] = steps;
      expect(whole(before ?? none, 0)).toBeCloseTo(loss(zero), 9);
      expect(whole(after ?? none, norm(delta))).toBeCloseTo(loss(expected) + decay(expected), 6);
    },
  );
});
