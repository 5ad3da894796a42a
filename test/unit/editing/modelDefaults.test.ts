import { describe, expect, it } from 'vitest';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import {
  defaultLayer,
  hyperparametersFor,
  layersEndingAt,
} from '../../../src/engine/editing/hyperparameters/modelDefaults.ts';
import type { ModelFiles } from '../../../src/engine/gguf/split.ts';
import type { TensorInfo } from '../../../src/protocol/gguf.ts';

/** A model by its header alone; layers in `experts` are mixtures of experts, which cannot be edited. */
function files(
  architecture: string,
  layers: number,
  embedding: number,
  experts: readonly number[] = [],
): ModelFiles {
  const tensors = Array.from({ length: layers }, (_, layer): TensorInfo => {
    const name = experts.includes(layer) ? 'ffn_down_exps' : 'ffn_down';
    return {
      name: `blk.${layer}.${name}.weight`,
      type: { id: 0, name: 'f32', blockSize: 1, typeSize: 4 },
      ne: experts.includes(layer) ? [4, embedding, 2] : [4, embedding],
      elements: 4 * embedding,
      offset: 0,
      byteLength: 16 * embedding,
      part: 0,
    };
  });
  const metadata = new Map([
    ['general.architecture', { type: 'string', value: architecture } as const],
    [`${architecture}.block_count`, { type: 'uint32', value: layers } as const],
    [`${architecture}.embedding_length`, { type: 'uint32', value: embedding } as const],
  ]);
  return {
    paths: ['model.gguf'],
    header: {
      name: 'model.gguf',
      version: 3,
      alignment: 32,
      metadata,
      tensors,
      dataOffset: 0,
      fileSize: 0,
    } as unknown as ModelFiles['header'],
  };
}

describe('the layer that is edited when nobody names one', () => {
  it.each([
    // the published layers of ROME, and the last of MEMIT's
    ['gpt2', 48, 1600, 17, 17, 'published for GPT-2 XL'],
    ['gpt2', 24, 1024, 8, 8, 'published for GPT-2 medium'],
    ['gptj', 28, 4096, 5, 8, 'published for GPT-J'],
    ['llama', 32, 4096, 5, 8, 'published for Llama 7B'],
    ['qwen2', 28, 3584, 5, 8, 'published for Qwen2.5 7B'],
    ['llama', 30, 576, 3, 5, 'measured best on SmolLM2-135M'],
    ['llama', 6, 256, 2, 2, 'where almanac was trained to store its facts'],
  ] as const)('%s of %i layers and width %i: %i, with MEMIT %i', (name, layers, width, one, many, reason) => {
    const model = files(name, layers, width);
    expect(defaultLayer(model)).toEqual({ layer: one, reason });
    expect(defaultLayer(model, 'rome')).toEqual({ layer: one, reason });
    expect(defaultLayer(model, 'memit')).toEqual({ layer: many, reason });
    expect(defaultLayer(model, 'alphaedit')).toEqual({ layer: many, reason });
  });

  it.each([
    [40, 7, 11],
    [10, 2, 3],
    [3, 1, 1],
    [2, 0, 0],
    [1, 0, 0],
  ])('of an unknown model of %i layers: %i, with MEMIT %i', (layers, one, many) => {
    const model = files('new', layers, 64);
    expect(defaultLayer(model)).toMatchObject({
      layer: one,
      reason: expect.stringMatching(`^a sixth of the depth of ${layers} layers`),
    });
    expect(defaultLayer(model, 'memit')).toMatchObject({
      layer: many,
      reason: expect.stringMatching(`^a quarter of the depth of ${layers} layers`),
    });
  });

  it('is one of a known model alone if all of its shape agrees', () => {
    for (const model of [files('llama', 30, 577), files('llama', 31, 576), files('gpt2', 30, 576)]) {
      expect(defaultLayer(model).reason).toMatch(/^a sixth of the depth/);
    }
  });

  it('is the nearest that can be edited', () => {
    const usual = 'the editable layer nearest to 3 (measured best on SmolLM2-135M)';
    expect(defaultLayer(files('llama', 30, 576, [3, 4]))).toEqual({ layer: 2, reason: usual });
    expect(defaultLayer(files('llama', 30, 576, [0, 1, 2, 3]))).toEqual({ layer: 4, reason: usual });
    // of two that are as near, the lower
    expect(defaultLayer(files('llama', 30, 576, [3])).layer).toBe(2);
    const none = Array.from({ length: 30 }, (_, layer) => layer);
    expect(defaultLayer(files('llama', 30, 576, none)).layer).toBe(3);
  });
});

describe('the layers that a change is spread over', () => {
  it('end at the one that is named, and are as many', () => {
    const model = files('llama', 30, 576);
    expect(layersEndingAt(model, 5, 3)).toEqual([3, 4, 5]);
    expect(layersEndingAt(model, 5, 1)).toEqual([5]);
    expect(layersEndingAt(model, 1, 5)).toEqual([0, 1]);
  });

  it('pass over what cannot be edited', () => {
    expect(layersEndingAt(files('llama', 30, 576, [4]), 5, 3)).toEqual([3, 5]);
  });
});

describe('hyperparameters', () => {
  it('are what serves in general', () => {
    expect(hyperparametersFor(files('new', 30, 64))).toMatchObject({
      ...defaults,
      spread: 5,
      // by the weights of a layer, here four times sixty-four
      fineTuneBound: 10,
    });
    expect(defaults).toMatchObject({ ridge: 1e-3, keyRidge: 0.1, learningRate: 0.5, clamp: 4, kl: 0.0625 });
  });

  it.each([
    [1600, 6400, 5e-4],
    [4096, 16_384, 7.63e-5],
    [576, 1536, 5.79e-3],
  ])('bound FT-L in a layer of %i x %i by its weights', (embedding, width, bound) => {
    const model = files('new', 30, embedding);
    const tensors = model.header.tensors.map((tensor) => ({ ...tensor, elements: embedding * width }));
    const { fineTuneBound } = hyperparametersFor({ ...model, header: { ...model.header, tensors } });
    expect(fineTuneBound / bound).toBeCloseTo(1, 2);
  });

  it.each([
    [2, 1],
    [8, 1],
    [9, 2],
    [12, 2],
    [27, 5],
    [96, 5],
  ])('spread a change of a model of %i layers over %i', (layers, spread) => {
    expect(hyperparametersFor(files('new', layers, 64)).spread).toBe(spread);
  });

  it('step in the scale of the value, and write one layer, where MLPs are normed behind', () => {
    const { header, ...model } = files('gemma3', 18, 640);
    const [first] = header.tensors;
    if (first === undefined) throw new Error('a model without tensors');
    const tensors = [...header.tensors, { ...first, name: 'blk.0.post_ffw_norm.weight' }];
    const normed = { ...model, header: { ...header, tensors } };
    const own = { rateIn: 'value', learningRate: 0.1, steps: 50, spread: 1 };
    expect(hyperparametersFor(normed)).toMatchObject(own);
    expect(hyperparametersFor(normed, [], { rateIn: 'one', learningRate: 0.5 })).toMatchObject({
      rateIn: 'one',
      learningRate: 0.5,
    });
  });

  it('are those of the model where it is known, and the wishes before all', () => {
    const almanac = files('llama', 6, 256);
    expect(hyperparametersFor(almanac)).toMatchObject({
      learningRate: 0.2,
      steps: 40,
      ridge: 1e-4,
      spread: 3,
    });
    expect(hyperparametersFor(almanac, [{ learningRate: 1 }])).toMatchObject({ learningRate: 1, steps: 40 });
    // λ of 15,000 and 20,000 as published, by the width of the keys
    expect(hyperparametersFor(files('gptj', 28, 4096)).preserve * 16_384).toBeCloseTo(15_000, 9);
    expect(hyperparametersFor(files('gpt2', 48, 1600)).preserve * 6400).toBeCloseTo(20_000, 9);
    expect(hyperparametersFor(files('llama', 32, 4096)).preserve * 11_008).toBeCloseTo(15_000, 9);
    expect(hyperparametersFor(files('qwen2', 28, 3584)).preserve * 18_944).toBeCloseTo(15_000, 9);
  });
});
