import { afterAll, describe, expect, it } from 'vitest';
import { type GraphTrace, type TracedNode, traceGraph } from '../../../src/engine/autodiff/graphTrace.ts';
import { EditObjective } from '../../../src/engine/autodiff/objective.ts';
import { findSite } from '../../../src/engine/autodiff/site.ts';
import { MissingValueError, Twin } from '../../../src/engine/autodiff/twin.ts';
import { CancelledError, EngineError, InputError } from '../../../src/engine/errors.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { TinyModels } from '../tiny/write.ts';
import { Traced } from './traced.ts';

const models = new TinyModels();
afterAll(() => models[Symbol.dispose]());

describe('what editing refuses', () => {
  /** `use` gets the trace of a short pass through the tiny model `name`. */
  async function withTrace(
    name: string,
    use: (traced: GraphTrace, devices: Devices) => unknown,
    keep: (node: TracedNode) => boolean = () => true,
  ): Promise<void> {
    using model = await models.load(name);
    using context = new Context(model, { size: 64, threads: 1, tapped: true, cacheType: 'f32' });
    using devices = new Devices(model.runtime, 1);
    await use(await traceGraph(context, new TokenBatch(TokenBatch.sequence([1, 70, 80, 90])), keep), devices);
  }

  it('layers that do not exist, and the last one', async () => {
    await withTrace('llama', (traced) => {
      expect(findSite(traced, 0).struct.ne).toEqual([64, 4, 1, 1]);
      expect(findSite(traced, 2).index).toBeGreaterThan(findSite(traced, 1).index);
      for (const layer of [-1, 4, 1.5, Number.NaN]) {
        expect(() => findSite(traced, layer)).toThrow('the layers of this model are 0 to 3');
      }
      expect(() => findSite(traced, 3)).toThrow(/Layer 3 is the last one.*Choose a layer below it/);
    });
  });

  it('the experts of a mixture, naming the layers that can be edited', async () => {
    await withTrace('mixtral', (traced) => {
      expect(() => findSite(traced, 0)).toThrow('Layer 0 is a mixture of experts; an expert');
      expect(() => findSite(traced, 0)).not.toThrow('can be edited:');
    });
    await withTrace('deepseek', (traced) => {
      expect(findSite(traced, 1).op).toBe('MUL_MAT');
      expect(() => findSite(traced, 2)).toThrow('Layers that can be edited: 0, 1.');
      expect(() => findSite(traced, 2)).toThrow(InputError);
    });
  });

  it('recurrent models, which the model says of itself, and their operations by name', async () => {
    using model = await models.load('mamba');
    expect(model.unsupported).toBe('recurrent');
    await withTrace('mamba', (traced, devices) => {
      expect(() => findSite(traced, 0)).toThrow('Layer 0 has no MLP with a down-projection to edit.');
      const first = traced.nodes.find(({ op }) => op === 'MUL_MAT');
      if (first === undefined) throw new Error('mamba multiplies nothing');
      expect(() => new Twin(devices, traced, first, 4096)).toThrow(/This model computes SSM_\w+ \(node/);
    });
  });

  it.each([
    ['bloom', 'ALiBi'],
    ['qwen2vl', 'multi-section rotary positions'],
  ])('the positions of %s', async (name, says) => {
    using model = await models.load(name);
    using traced = await Traced.of(model);
    await expect(traced.objective()).rejects.toThrow(says);
    await expect(traced.objective()).rejects.toThrow(InputError);
  });

  it('a twin whose logits are not llama.cpp’s to the last bit', async () => {
    using model = await models.load('llama');
    using traced = await Traced.of(model);
    const { devices, weights, trace, site, supervision, columns } = traced;
    const logits = traced.logits.slice();
    logits.set([Math.fround((logits[400] ?? 0) * (1 + 2 ** -23))], 400);
    const create = () => EditObjective.create(devices, weights, trace, site, supervision, columns, logits);
    await expect(create()).rejects.toThrow('gives other logits than llama.cpp');
    await expect(create()).rejects.toThrow(EngineError);
  });

  it('to go on when it is cancelled', async () => {
    using model = await models.load('llama');
    using traced = await Traced.of(model);
    const signal = AbortSignal.abort();
    await expect(traced.weights.prepare(['blk.2.ffn_up.weight'], { signal })).rejects.toThrow(CancelledError);
    using objective = await traced.objective();
    await expect(objective.evaluate(new Float64Array(objective.width), signal)).rejects.toThrow(
      CancelledError,
    );
    const { nll } = await objective.evaluate(new Float64Array(objective.width));
    expect(nll).toBeGreaterThan(0);
  });

  it('to guess a value that was not kept: it says which one to keep', async () => {
    const kept = new Set<number>();
    const keep = ({ index, struct }: TracedNode) => kept.has(index) || struct.name === 'ffn_out-1';
    let twins = 0;
    while (twins === 0 && kept.size < 4) {
      await withTrace(
        'llama',
        (traced, devices) => {
          try {
            using _twin = new Twin(devices, traced, findSite(traced, 1), 4096);
            twins++;
          } catch (error) {
            if (!(error instanceof MissingValueError)) throw error;
            expect(kept).not.toContain(error.index);
            kept.add(error.index);
          }
        },
        keep,
      );
    }
    expect(twins).toBe(1);
    expect(kept.size).toBeGreaterThan(0);
  });
});
