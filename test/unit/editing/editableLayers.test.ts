import { describe, expect, it } from 'vitest';
import {
  defaultLayer,
  hyperparametersFor,
  layersEndingAt,
} from '../../../src/engine/editing/hyperparameters/modelDefaults.ts';
import { editableLayers } from '../../../src/engine/editing/session/editableLayers.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import type { ModelFiles } from '../../../src/engine/gguf/split.ts';
import { build, sourceOf, type Value } from '../gguf/build.ts';

/** A header with these tensors in its layers, and what else it says of the architecture `llama`. */
async function model(
  layers: readonly (readonly string[])[],
  more: readonly [string, Value][] = [],
): Promise<ModelFiles> {
  const tensors = layers.flatMap((names, layer) =>
    names.map((name) => ({ name: `blk.${layer}.${name}.weight`, ne: [8, 4] })),
  );
  const bytes = build({
    metadata: [
      ['general.architecture', ['string', 'llama']],
      ['llama.block_count', ['uint32', layers.length]],
      ...more,
    ],
    tensors,
  });
  return { paths: ['model.gguf'], header: await readHeader(sourceOf(bytes)) };
}
const dense = ['attn_q', 'ffn_down'];
const mixture = ['attn_q', 'ffn_down_exps', 'ffn_down_shexp'];

describe('where a model can be edited', () => {
  it('is every down-projection but that of the last layer', async () => {
    const targets = editableLayers(await model([dense, dense, dense]));
    expect(targets.map(({ editable }) => editable)).toEqual([true, true, false]);
    expect(targets[0]).toEqual({
      layer: 0,
      tensors: [{ name: 'blk.0.ffn_down.weight', type: 'f32', shape: [8, 4] }],
      editable: true,
      reason: null,
    });
    expect(targets[2]?.reason).toMatch(/last layer/);
  });

  it('is no expert, and no layer without an MLP', async () => {
    const targets = editableLayers(await model([dense, mixture, ['attn_q'], dense]));
    expect(targets.map(({ editable }) => editable)).toEqual([true, false, false, false]);
    expect(targets[1]?.tensors.map(({ name }) => name)).toEqual([
      'blk.1.ffn_down_exps.weight',
      'blk.1.ffn_down_shexp.weight',
    ]);
    expect(targets[1]?.reason).toMatch(/mixture of experts/);
    expect(targets[2]?.reason).toMatch(/No MLP/);
  });

  it.each<[string, Parameters<typeof model>[0], [string, Value][]]>([
    ['recurrent', [['ssm_in'], dense, dense], []],
    ['recurrent', [['time_mix_key'], dense], []],
    [
      'several sections',
      [dense, dense],
      [['llama.rope.dimension_sections', ['array', 'int32', [1, 1, 1, 0]]]],
    ],
    ['ALiBi', [dense, dense], [['llama.attention.max_alibi_bias', ['float32', 8]]]],
  ])('is nowhere in a model that is or has: %s', async (what, layers, more) => {
    const targets = editableLayers(await model(layers, more));
    expect(targets.map(({ editable }) => editable)).not.toContain(true);
    for (const { reason } of targets) expect(reason).toContain(what);
  });

  it('is proposed at a sixth of the depth, or at the nearest layer that can be edited', async () => {
    const twelve = Array.from({ length: 12 }, () => dense);
    expect(defaultLayer(await model(twelve))).toMatchObject({
      layer: 2,
      reason: expect.stringContaining('sixth'),
    });
    // methods that spread a change end deeper
    expect(defaultLayer(await model(twelve), 'memit')).toMatchObject({
      layer: 3,
      reason: expect.stringContaining('quarter'),
    });
    expect(defaultLayer(await model(twelve), 'emmet').layer).toBe(2);
    const routed = twelve.map((layer, i) => (i < 5 ? mixture : layer));
    expect(defaultLayer(await model(routed))).toMatchObject({
      layer: 5,
      reason: expect.stringContaining('nearest to 2'),
    });
  });

  it('is in several layers for a method that spreads a change, no more than a sixth of them', async () => {
    const layers = Array.from({ length: 30 }, (_, i) => (i === 6 ? mixture : dense));
    const files = await model(layers);
    const { spread } = hyperparametersFor(files);
    expect(spread).toBe(5);
    expect(layersEndingAt(files, 8, spread)).toEqual([4, 5, 7, 8]);
    expect(layersEndingAt(files, 2, spread)).toEqual([0, 1, 2]);
    expect(layersEndingAt(files, 8, 1)).toEqual([8]);
    expect(hyperparametersFor(await model([dense, dense, dense])).spread).toBe(1);
  });
});
