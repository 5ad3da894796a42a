import { afterAll, describe, expect, it } from 'vitest';
import { readVectors } from '../../../src/engine/inspection/activations.ts';
import { keyValuePairs } from '../../../src/engine/inspection/keyValues.ts';
import { neuronActivations } from '../../../src/engine/inspection/neurons.ts';
import { neuronValues } from '../../../src/engine/inspection/neuronValues.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { mapResidualStream } from '../../../src/engine/inspection/residualMap.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { TinyModels } from '../tiny/write.ts';
import { randomPatch } from './randomPatch.ts';

const tokens = [1, 70, 80, 90, 100];
const position = 3;
const neurons = Array.from({ length: 96 }, (_, neuron) => neuron);

describe('the values of neurons', () => {
  const models = new TinyModels();
  afterAll(() => models[Symbol.dispose]());

  // the last layer is computed for outputs only; gpt2 and gptneox have biases there
  it.each([
    ['llama', 1],
    ['llama', 3],
    ['gpt2', 1],
    ['gptneox', 2],
  ])('%s, layer %i: weighted by the activations they add up to what the MLP adds', async (name, layer) => {
    using model = await models.load(name);
    using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
    const map = await mapResidualStream(context);
    const read = async (at: number) => {
      const wanted = { part: 'mlp', layers: [layer], positions: [at] } as const;
      const [added = new Float32Array()] = await readVectors(context, map, tokens, wanted);
      return { added, activations: await neuronActivations(context, map, tokens, { layer, position: at }) };
    };
    // the difference of two tokens, from which a bias is gone
    const [here, there] = [await read(position), await read(position - 1)];
    const values = await neuronValues(context, map, { layer, neurons });
    const largest = Math.max(...here.added.map(Math.abs));
    for (const [i, added] of here.added.entries()) {
      const sum = values.reduce((total, value, neuron) => {
        const active = (here.activations[neuron] ?? 0) - (there.activations[neuron] ?? 0);
        return total + active * (value[i] ?? Number.NaN);
      }, 0);
      expect(Math.abs(sum - (added - (there.added[i] ?? 0)))).toBeLessThan(1e-3 * largest);
    }
  });

  it('move with a patch of the projection by exactly what the patch adds, and the pairs say how far', async () => {
    using model = await models.load('llama');
    using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
    const [layer, size] = [2, 0.3];
    using patch = await randomPatch(model, { layer, architecture: 'llama', neurons: 96, size });
    const switchTo = (state: 'before' | 'after') =>
      context.setAdapters(state === 'after' ? [{ adapter: patch, strength: 2 }] : []);
    const random = new Random(7);
    const [a, b] = [random.normals(96, size), random.normals(model.embedding, size)];
    const valuesIn = async (state: 'before' | 'after') => {
      switchTo(state);
      return await neuronValues(context, await mapResidualStream(context), { layer, neurons });
    };
    const [before, after] = [await valuesIn('before'), await valuesIn('after')];
    for (const neuron of [0, 17, 95]) {
      for (const [i, x] of before[neuron]?.entries() ?? []) {
        expect(after[neuron]?.[i]).toBeCloseTo(x + 2 * (a[neuron] ?? 0) * (b[i] ?? 0), 4);
      }
    }

    const options = { layer, position, count: 3, promoted: 4 };
    const pairs = await keyValuePairs(context, switchTo, tokens, options);
    expect(pairs).toHaveLength(3);
    for (const { neuron, before: was, after: is, moved } of pairs) {
      // what enters the patched layer is the same, so that the keys are
      expect(is.activation).toBe(was.activation);
      const value = before[neuron] ?? new Float32Array();
      expect(was.written).toBeCloseTo(Math.abs(was.activation) * Math.hypot(...value), 4);
      const added = value.map((_, i) => 2 * (a[neuron] ?? 0) * (b[i] ?? 0));
      expect(moved).toBeCloseTo(Math.hypot(...added) / Math.hypot(...value), 4);
      expect(was.promotes).toHaveLength(4);
      expect(was.promotes.map(({ p }) => p)).toEqual(
        was.promotes.map(({ p }) => p).toSorted((x, y) => y - x),
      );
    }
    const sizes = pairs.map(({ before: { activation } }) => Math.abs(activation));
    expect(sizes).toEqual(sizes.toSorted((x, y) => y - x));
  });
});
