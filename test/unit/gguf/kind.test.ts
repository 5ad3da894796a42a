import { expect, test } from 'vitest';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { expectAdapter, expectModel, kindOf } from '../../../src/engine/gguf/kind.ts';
import type { GgufHeader } from '../../../src/protocol/gguf.ts';
import { build, type Gguf, smallModel, sourceOf, type Tensor, type Value } from './build.ts';

const header = (gguf: Gguf, name?: string): Promise<GgufHeader> => readHeader(sourceOf(build(gguf), name));

const LORA: [string, Value][] = [
  ['general.type', ['string', 'adapter']],
  ['adapter.type', ['string', 'lora']],
  ['adapter.lora.alpha', ['float32', 1]],
];
const FACTORS: Tensor[] = [
  { name: 'blk.0.ffn_down.weight.lora_a', ne: [8, 1] },
  { name: 'blk.0.ffn_down.weight.lora_b', ne: [1, 4] },
];
const patch = (metadata: typeof LORA, tensors: Tensor[]) => header({ metadata, tensors }, 'patch.gguf');

test('a model passes as a model, an adapter as an adapter', async () => {
  const model = await header(smallModel());
  const adapter = await patch(LORA, FACTORS);
  expect(kindOf(model)).toBe('model');
  expect(kindOf(adapter)).toBe('adapter');
  expectModel(model);
  expectAdapter(adapter);
});

test('one in the place of the other is told apart', async () => {
  const model = await header(smallModel());
  const adapter = await patch(LORA, FACTORS);
  expect(() => expectModel(adapter)).toThrow(
    'patch.gguf is an adapter, which changes a model, not a model; name the GGUF file of a language model.',
  );
  expect(() => expectAdapter(model)).toThrow(
    'model.gguf is a model, not a patch; name a LoRA adapter in GGUF form.',
  );
});

test.each<[string, Gguf]>([
  ['vocabulary', { metadata: [['general.architecture', ['string', 'llama']]] }],
  ['projector', { metadata: [['general.architecture', ['string', 'clip']]], tensors: FACTORS }],
  ['importance matrix', { metadata: [['general.type', ['string', 'imatrix']]], tensors: FACTORS }],
  ['control vector', { metadata: [['general.architecture', ['string', 'controlvector']]], tensors: FACTORS }],
])('a %s is neither', async (kind, gguf) => {
  const other = await header(gguf);
  expect(kindOf(other)).toBe(kind);
  expect(() => expectModel(other)).toThrow(/not a model/);
  expect(() => expectAdapter(other)).toThrow(/not a patch/);
});

test.each<[string, Parameters<typeof smallModel>[0], RegExp]>([
  ['no architecture', { drop: ['general.architecture'] }, /general.architecture names no architecture/],
  [
    'the keys of another architecture',
    { set: [['general.architecture', ['string', 'qwen2']]] },
    /the number qwen2.block_count is missing/,
  ],
  [
    'the tensors of another architecture',
    { set: [['general.architecture', ['string', 'gpt2']]] },
    /says that it is a gpt2 model, but its tensors are those of another: position_embd.weight is missing/,
  ],
  [
    'too many layers claimed',
    { set: [['llama.block_count', ['uint32', 3]]] },
    /llama.block_count says 3 layers, its tensors are of 2/,
  ],
  [
    'too few layers claimed',
    { set: [['llama.block_count', ['uint32', 1]]] },
    /llama.block_count says 1 layers, its tensors are of 2/,
  ],
  [
    'another width',
    { set: [['llama.embedding_length', ['uint32', 8]]] },
    /llama.embedding_length says 8, but token_embd.weight has the shape \[4, 3\]/,
  ],
  [
    'another vocabulary',
    { set: [['tokenizer.ggml.tokens', ['array', 'string', ['a']]]] },
    /its vocabulary has 1 tokens, but token_embd.weight has the shape \[4, 3\]/,
  ],
  [
    'a layer count in words',
    { set: [['llama.block_count', ['string', '2']]] },
    /the number llama.block_count is missing/,
  ],
])('a model with %s is refused', async (_, changes, message) => {
  const model = await header(smallModel(changes));
  expect(() => expectModel(model)).toThrow(message);
});
