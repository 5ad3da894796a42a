import { describe, expect, it } from 'vitest';
import { adapterWarnings, alphaOf, expectFits } from '../../../src/engine/gguf/adapter.ts';
import { factorPairs } from '../../../src/engine/gguf/factors.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { expectAdapter } from '../../../src/engine/gguf/kind.ts';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import type { GgufHeader } from '../../../src/protocol/gguf.ts';
import { build, smallModel, sourceOf, type Tensor, type Value } from './build.ts';

const down = 'blk.0.ffn_down.weight';
const LORA: Readonly<Record<string, Value>> = {
  'general.type': ['string', 'adapter'],
  'general.architecture': ['string', 'llama'],
  'adapter.type': ['string', 'lora'],
  'adapter.lora.alpha': ['float32', 4],
};
const pair = (weight: string, a: readonly number[], b: readonly number[], type = 0): Tensor[] => [
  { name: `${weight}.lora_a`, ne: a, type },
  { name: `${weight}.lora_b`, ne: b, type },
];
const FACTORS = pair(down, [8, 2], [2, 4]);

function adapter(
  tensors: readonly Tensor[] = FACTORS,
  change: Readonly<Record<string, Value | undefined>> = {},
): Promise<GgufHeader> {
  const metadata = Object.entries({ ...LORA, ...change }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return readHeader(sourceOf(build({ metadata, tensors }), 'patch.gguf'));
}

async function model(...more: Tensor[]): Promise<GgufHeader> {
  const { metadata, tensors } = smallModel();
  return readHeader(sourceOf(build({ metadata, tensors: [...tensors, ...more] })));
}

describe('the metadata that llama.cpp reads', () => {
  it('passes with the types that it reads them in', async () => {
    expectAdapter(await adapter());
    expect(alphaOf(await adapter())).toBe(4);
  });

  it.each<[string, Record<string, Value | undefined>, string]>([
    [
      'a general.type of a number',
      { 'general.type': ['uint32', 1] },
      'general.type is of the type uint32, not string',
    ],
    [
      'another general.type',
      { 'general.type': ['string', 'model'] },
      'general.type is "model", not "adapter"',
    ],
    ['no general.type', { 'general.type': undefined }, 'general.type is "", not "adapter"'],
    [
      'an architecture of a number',
      { 'general.architecture': ['uint32', 1] },
      'general.architecture is of the type uint32, not string',
    ],
    [
      'a type of a list',
      { 'adapter.type': ['array', 'string', ['lora']] },
      'adapter.type is of the type array of string, not string',
    ],
    ['another type', { 'adapter.type': ['string', 'dora'] }, 'of type "dora"; only "lora" can be applied'],
    ['no type', { 'adapter.type': undefined }, 'of type ""; only "lora" can be applied'],
    [
      'an alpha of uint32',
      { 'adapter.lora.alpha': ['uint32', 16] },
      'alpha is of the type uint32, not float32',
    ],
    [
      'an alpha of int64',
      { 'adapter.lora.alpha': ['int64', 16n] },
      'alpha is of the type int64, not float32',
    ],
    [
      'an alpha of float64',
      { 'adapter.lora.alpha': ['float64', 16] },
      'alpha is of the type float64, not float32',
    ],
    [
      'an alpha in words',
      { 'adapter.lora.alpha': ['string', '16'] },
      'alpha is of the type string, not float32',
    ],
    ['an alpha of NaN', { 'adapter.lora.alpha': ['float32', Number.NaN] }, 'adapter.lora.alpha is NaN'],
    ['an infinite alpha', { 'adapter.lora.alpha': ['float32', Infinity] }, 'adapter.lora.alpha is Infinity'],
    ['no alpha', { 'adapter.lora.alpha': undefined }, 'the number adapter.lora.alpha is missing'],
    [
      'invocation tokens in words',
      { 'adapter.alora.invocation_tokens': ['string', '1'] },
      'adapter.alora.invocation_tokens is of the type string, not array of uint32',
    ],
    [
      'invocation tokens with signs',
      { 'adapter.alora.invocation_tokens': ['array', 'int32', [1]] },
      'adapter.alora.invocation_tokens is of the type array of int32, not array of uint32',
    ],
  ])('%s is refused', async (_, change, sentence) => {
    const header = await adapter(FACTORS, change);
    expect(() => expectAdapter(header)).toThrow(sentence);
    expect(() => expectAdapter(header)).toThrow(/^patch\.gguf is /);
  });

  it('an alpha of 0 or below is one', async () => {
    for (const alpha of [0, -2]) {
      const header = await adapter(FACTORS, { 'adapter.lora.alpha': ['float32', alpha] });
      expectAdapter(header);
      expect(alphaOf(header)).toBe(alpha);
    }
  });
});

describe('factors', () => {
  it('are rows and columns of the weight', async () => {
    const [only, ...others] = factorPairs(await adapter());
    expect(others).toEqual([]);
    expect(only).toMatchObject({ weight: down, rank: 2, ne: [8, 4, 1] });
    expect(only?.rows.name).toBe(`${down}.lora_b`);
    expect(only?.columns.name).toBe(`${down}.lora_a`);
  });

  it('have the rank first where the weight is looked up', async () => {
    const [only] = factorPairs(await adapter(pair('token_embd.weight', [2, 3], [2, 4])));
    expect(only).toMatchObject({ weight: 'token_embd.weight', rank: 2, ne: [4, 3, 1] });
    expect(only?.rows.name).toBe('token_embd.weight.lora_a');
    expect(only?.columns.name).toBe('token_embd.weight.lora_b');
  });

  it('are stacked for experts', async () => {
    const [only] = factorPairs(await adapter(pair('blk.0.ffn_down_exps.weight', [8, 2, 4], [2, 6, 4])));
    expect(only).toMatchObject({ rank: 2, ne: [8, 6, 4] });
  });

  it('stand in the order of the file, whichever half comes first', async () => {
    const [a, b] = FACTORS;
    const others = pair('output.weight', [4, 1], [1, 3]);
    const found = factorPairs(await adapter([...(b ? [b] : []), ...others, ...(a ? [a] : [])]));
    expect(found.map(({ weight }) => weight)).toEqual(['output.weight', down]);
  });

  it.each<[string, Tensor[], string]>([
    ['a lora_a alone', FACTORS.slice(0, 1), `"${down}.lora_a" lacks its other factor`],
    ['a lora_b alone', FACTORS.slice(1), `"${down}.lora_b" lacks its other factor`],
    ['something else', [...FACTORS, { name: 'blk.0.other', ne: [1] }], '"blk.0.other" is not a LoRA factor'],
    ['a suffix without a name', [...FACTORS, { name: '.lora_a', ne: [1] }], '".lora_a" is not a LoRA factor'],
    ['two ranks', pair('w', [8, 2], [1, 4]), 'the factors of "w" differ in rank'],
    [
      'two ranks of an embedding',
      pair('token_embd.weight', [1, 3], [2, 4]),
      'the factors of "token_embd.weight" differ in rank',
    ],
    [
      'the layout of other weights for an embedding',
      pair('token_embd.weight', [4, 1], [1, 3]),
      'the factors of "token_embd.weight" differ in rank',
    ],
    [
      'the factor of one expert beside those of four',
      pair('w', [8, 2, 4], [2, 4, 1]),
      'the factors of "w" differ in how many matrices they have',
    ],
    [
      'four dimensions in lora_a',
      [...pair('w', [8, 2, 1, 2], [2, 4])],
      'the factors of "w" have too many dimensions',
    ],
    [
      'four dimensions in lora_b',
      [...pair('w', [8, 2], [2, 4, 1, 2])],
      'the factors of "w" have too many dimensions',
    ],
    [
      'an embedding for experts',
      pair('token_embd.weight', [2, 3, 2], [2, 4, 2]),
      'the factors of "token_embd.weight" have too many dimensions',
    ],
    ['nothing', [], 'an adapter that changes nothing'],
    ['norms alone', [{ name: 'output_norm.weight', ne: [4] }], 'an adapter that changes nothing'],
  ])('%s is refused', async (_, tensors, sentence) => {
    const header = await adapter(tensors);
    expect(() => expectAdapter(header)).toThrow(sentence);
  });

  it.each([...GGML_TYPES.values()].map((type) => [type.name, type] as const))('in %s', async (name, type) => {
    const blocks = 256;
    const tensor = { ne: [blocks, 1], type: type.id, bytes: (blocks / type.blockSize) * type.typeSize };
    const header = await adapter([
      { name: 'w.lora_a', ...tensor },
      { name: 'w.lora_b', ne: [1, 4] },
    ]);
    if (/^(i\d+|f64|q8_1|q8_K)$/.test(name)) {
      expect(() => expectAdapter(header)).toThrow(
        `patch.gguf stores "w.lora_a" as ${name}, which llama.cpp cannot multiply.`,
      );
    } else expectAdapter(header);
  });
});

describe('an adapter for a model', () => {
  const output = { name: 'output.weight', ne: [4, 3] };

  it('passes where each pair has the shape of its weight', async () => {
    expectFits(await adapter(), await model());
    expectFits(await adapter(pair('blk.0.ffn_norm.weight', [4, 1], [1, 1])), await model());
    const experts = { name: 'blk.0.ffn_down_exps.weight', ne: [8, 6, 4] };
    expectFits(await adapter(pair(experts.name, [8, 2, 4], [2, 6, 4])), await model(experts));
  });

  it('passes with factors of an embedding and an output that are two matrices', async () => {
    const both = [...pair('token_embd.weight', [1, 3], [1, 4]), ...pair('output.weight', [4, 1], [1, 3])];
    expectFits(await adapter(both), await model(output));
  });

  it.each<[string, Tensor[], Tensor[], string]>([
    [
      'an embedding that is the output too',
      pair('token_embd.weight', [4, 3], [4, 4]),
      [],
      'patch.gguf changes "token_embd.weight", which is embedding and output at once in model.gguf; llama.cpp cannot apply that.',
    ],
    [
      'an output that is lacking',
      pair('output.weight', [4, 1], [1, 3]),
      [],
      'patch.gguf was made for another model than model.gguf: it changes "output.weight", which that model lacks.',
    ],
    [
      'another width',
      pair(down, [16, 1], [1, 4]),
      [],
      `it changes "${down}" in the shape [16, 4, 1], which is [8, 4] there.`,
    ],
    [
      'another height',
      pair(down, [8, 1], [1, 5]),
      [],
      `it changes "${down}" in the shape [8, 5, 1], which is [8, 4] there.`,
    ],
    [
      'a deeper model',
      pair('blk.9.ffn_down.weight', [8, 1], [1, 4]),
      [],
      'it changes "blk.9.ffn_down.weight", which that model lacks.',
    ],
    [
      'one expert for four',
      pair('blk.0.ffn_down_exps.weight', [8, 2], [2, 6]),
      [{ name: 'blk.0.ffn_down_exps.weight', ne: [8, 6, 4] }],
      'it changes "blk.0.ffn_down_exps.weight" in the shape [8, 6, 1], which is [8, 6, 4] there.',
    ],
    [
      'eight experts for four',
      pair('blk.0.ffn_down_exps.weight', [8, 2, 8], [2, 6, 8]),
      [{ name: 'blk.0.ffn_down_exps.weight', ne: [8, 6, 4] }],
      'in the shape [8, 6, 8], which is [8, 6, 4] there.',
    ],
    [
      'experts for a plain weight',
      pair(down, [8, 1, 2], [1, 4, 2]),
      [],
      `it changes "${down}" in the shape [8, 4, 2], which is [8, 4] there.`,
    ],
    [
      'a weight of four dimensions',
      pair('w', [8, 1], [1, 4]),
      [{ name: 'w', ne: [8, 4, 1, 2] }],
      'it changes "w" in the shape [8, 4, 1], which is [8, 4, 1, 2] there.',
    ],
  ])('%s is refused', async (_, tensors, more, sentence) => {
    const [own, its] = [await adapter(tensors), await model(...more)];
    expect(() => expectFits(own, its)).toThrow(sentence);
  });

  it('an output that is looked up too is refused', async () => {
    const metadata = smallModel().metadata;
    const its = await readHeader(sourceOf(build({ metadata, tensors: [output] })));
    const own = await adapter(pair('output.weight', [4, 1], [1, 3]));
    expect(() => expectFits(own, its)).toThrow(
      'changes "output.weight", which is embedding and output at once',
    );
  });

  it('another architecture is refused', async () => {
    const own = await adapter(FACTORS, { 'general.architecture': ['string', 'qwen2'] });
    const its = await model();
    expect(() => expectFits(own, its)).toThrow('it is for the architecture "qwen2", not llama.');
    const none = await adapter(FACTORS, { 'general.architecture': undefined });
    expect(() => expectFits(none, its)).toThrow('it is for the architecture "", not llama.');
  });
});

describe('what llama.cpp does otherwise than meant is said', () => {
  const norm = (layer: number): Tensor => ({ name: `blk.${layer}.attn_norm.weight`, ne: [4] });

  it('of nothing in a plain adapter', async () => {
    expect(adapterWarnings(await adapter())).toEqual([]);
  });

  it('of norms', async () => {
    expect(adapterWarnings(await adapter([...FACTORS, norm(0)]))).toEqual([
      'patch.gguf also holds "blk.0.attn_norm.weight", which llama.cpp does not apply.',
    ]);
    expect(adapterWarnings(await adapter([norm(1), ...FACTORS, norm(0)]))).toEqual([
      'patch.gguf also holds 2 norms, "blk.1.attn_norm.weight" first, which llama.cpp does not apply.',
    ]);
  });

  it('of tokens that should switch it on', async () => {
    const header = await adapter([...FACTORS, norm(0)], {
      'adapter.alora.invocation_tokens': ['array', 'uint32', [1, 2]],
    });
    expectAdapter(header);
    expect(adapterWarnings(header)).toEqual([
      'patch.gguf is an activated LoRA, made to act only after its invocation tokens; llama.cpp lets it act on every token.',
      'patch.gguf also holds "blk.0.attn_norm.weight", which llama.cpp does not apply.',
    ]);
  });
});
