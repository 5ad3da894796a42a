import { afterAll, describe, expect, it } from 'vitest';
import { readActivations, readVectors } from '../../../src/engine/inspection/activations.ts';
import { capture, type Part, type Rows } from '../../../src/engine/inspection/capture.ts';
import { logitLens, unembed } from '../../../src/engine/inspection/logitLens.ts';
import { maxActive, neuronActivations } from '../../../src/engine/inspection/neurons.ts';
import { logProbability } from '../../../src/engine/inspection/nextToken.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { mapResidualStream } from '../../../src/engine/inspection/residualMap.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { architectures } from '../tiny/architectures.ts';
import { TinyModels } from '../tiny/write.ts';

const tokens = [1, 70, 80, 90, 100, 110, 120, 130];

function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

describe('the residual stream of every architecture', () => {
  const models = new TinyModels();
  afterAll(() => models[Symbol.dispose]());

  it.each(Object.keys(architectures))(
    '%s: each layer adds its attention and MLP to the stream',
    async (name) => {
      using model = await models.load(name);
      using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
      const map = await mapResidualStream(context);
      const wanted = { layers: [...map.layers.keys()], positions: [...tokens.keys()] };
      const residual = await readVectors(context, map, tokens, { part: 'residual', ...wanted });
      const attention = await readVectors(context, map, tokens, { part: 'attention', ...wanted });
      const mlp = await readVectors(context, map, tokens, { part: 'mlp', ...wanted });
      expect(residual).toHaveLength(model.layers);
      for (let layer = 1; layer < model.layers; layer++) {
        const sum = residual[layer - 1]?.map(
          (value, i) => value + (attention[layer]?.[i] ?? Number.NaN) + (mlp[layer]?.[i] ?? Number.NaN),
        );
        const missing = residual[layer]?.map((value, i) => value - (sum?.[i] ?? Number.NaN));
        expect(largest(missing ?? new Float32Array([1]))).toBeLessThan(
          1e-5 * largest(residual[layer] ?? new Float32Array()),
        );
      }
      for (const part of [attention, mlp]) {
        for (const vectors of part) expect(largest(vectors)).toBeGreaterThan(1e-3);
      }
      expect(attention).not.toEqual(mlp);
      const { norms } = await readActivations(context, map, tokens);
      const vector = mlp[1]?.subarray(2 * model.embedding, 3 * model.embedding) ?? [];
      expect(norms.mlp[tokens.length + 2]).toBeCloseTo(Math.hypot(...vector), 5);
    },
  );

  it.each(Object.keys(architectures))(
    '%s: what one pass reads of all parts is what a pass for one part of one layer reads, with threads or without',
    async (name) => {
      using model = await models.load(name);
      using context = new ProbeContext(model, { size: 64, threads: 2, tapped: true });
      const map = await mapResidualStream(context);
      const key = ({ part, layer }: Rows) => `${part} ${layer}`;
      const together = new Map<string, Float32Array>();
      const everything = (rows: Rows) => together.set(key(rows), rows.values);
      await capture(context, map, tokens, () => true, everything);
      expect(together.size).toBeGreaterThanOrEqual(3 * model.layers);
      for (const [place, values] of together) {
        const alone: Float32Array[] = [];
        const wants = (part: Part, layer: number) => place === `${part} ${layer}`;
        await capture(context, map, tokens, wants, (rows) => alone.push(rows.values));
        expect(alone, place).toEqual([values]);
      }
    },
  );

  it.each(Object.keys(architectures))(
    "%s: the lens at the last layer is the model's prediction",
    async (name) => {
      using model = await models.load(name);
      using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
      const map = await mapResidualStream(context);
      context.clear();
      await context.decode(new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true })));
      const own = tokens.map((_, row) => context.next(row));
      const positions = [0, 3, 7];
      const lens = await logitLens(context, map, tokens, { positions, targets: [5, 250], top: 4 });
      expect(lens.layers).toHaveLength(model.layers);
      for (const [place, position] of positions.entries()) {
        const prediction = own[position];
        if (prediction === undefined) throw new Error('no prediction');
        const cell = lens.layers.at(-1)?.[place];
        for (const [i, id] of [5, 250].entries()) {
          expect(cell?.targets[i]?.logP).toBeCloseTo(logProbability(prediction, id), 5);
        }
        expect(cell?.top[0]?.id).toBe(prediction.logits.indexOf(Math.max(...prediction.logits)));
        expect(lens.layers[0]?.[place]?.targets[0]?.logP).not.toBeCloseTo(cell?.targets[0]?.logP ?? 0, 3);
      }
    },
  );

  it('a lens of doubled residuals is the same after an RMS norm, and of other residuals is not', async () => {
    using model = await models.load('llama');
    using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
    const map = await mapResidualStream(context);
    const wanted = { part: 'residual', layers: [1, 2], positions: [4] } as const;
    const [one, two] = await readVectors(context, map, tokens, wanted);
    if (one === undefined || two === undefined) throw new Error('no residuals');
    const lens: Float32Array[] = [];
    for await (const { logits } of unembed(context, map, [one, one.map((x) => 2 * x), two]))
      lens.push(logits);
    const difference = (a = 0, b = 0) =>
      largest(lens[a]?.map((x, i) => x - (lens[b]?.[i] ?? 0)) ?? new Float32Array());
    expect(difference(0, 1)).toBeLessThan(1e-3);
    expect(difference(0, 2)).toBeGreaterThan(0.1);
  });

  it('the largest neurons are those of the down-projection, in order', async () => {
    using model = await models.load('qwen2');
    using context = new ProbeContext(model, { size: 64, threads: 1, tapped: true });
    const map = await mapResidualStream(context);
    const wanted = { part: 'neurons', layers: [2], positions: [5] } as const;
    const [all = new Float32Array()] = await readVectors(context, map, tokens, wanted);
    const active = await neuronActivations(context, map, tokens, { layer: 2, position: 5 });
    const expected = [...all.keys()]
      .sort((a, b) => Math.abs(all[b] ?? 0) - Math.abs(all[a] ?? 0))
      .slice(0, 3);
    expect(all.length).toBeGreaterThan(64);
    expect(active).toEqual(all);
    expect(maxActive(active, 3)).toEqual(expected);
  });

  it('neurons of a mixture of experts are refused, and so are prompts and positions beyond their bounds', async () => {
    using mixture = await models.load('mixtral');
    using context = new ProbeContext(mixture, { size: 64, threads: 1, tapped: true });
    const map = await mapResidualStream(context);
    const wanted = { layer: 0, position: 0 };
    const refused = 'no down-projection of its own';
    await expect(neuronActivations(context, map, tokens, wanted)).rejects.toThrow(refused);
    const long = Array.from({ length: 300 }, () => 5);
    await expect(readActivations(context, map, long)).rejects.toThrow(
      '300 tokens, but the context holds 256',
    );
    await expect(logitLens(context, map, tokens, { positions: [8] })).rejects.toThrow('no token 8');
  });
});
