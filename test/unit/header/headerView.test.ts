import { describe, expect, test } from 'vitest';
import { HeaderFile } from '../../../src/workbench/header/headerFile.ts';
import { loadProblem } from '../../../src/workbench/header/loadProblem.ts';
import { build, type Gguf, smallModel, sourceOf, type Value } from '../gguf/build.ts';

async function viewOf(gguf: Gguf, path = '/models/small.gguf') {
  const source = { ...sourceOf(build(gguf), path), [Symbol.asyncDispose]: async () => {} };
  return await new HeaderFile(path, async () => source, loadProblem).read({});
}

describe('a model', () => {
  test('shows what it calls itself, its size and what it takes to load', async () => {
    const view = await viewOf(smallModel({ set: [['llama.context_length', ['uint32', 2048]]] }));
    expect(view).toMatchObject({
      title: 'Small',
      files: ['small.gguf'],
      kind: 'model',
      architecture: 'llama',
      version: 3,
      parameters: 12 + 2 * (4 + 32 + 32),
      bitsPerWeight: 32,
      mix: [{ type: 'f32', tensors: 7 }],
      problem: null,
      patch: null,
      model: { layers: 2, embedding: 4, vocabulary: 3, contextLength: 2048 },
    });
    expect(view.model?.memory?.total).toBeGreaterThan(view.parameters * 4);
    expect(view.tensors.names).toHaveLength(7);
    expect(view.metadata.map(({ key }) => key)).toContain('tokenizer.ggml.tokens');
  });

  test('without a name is called by its file', async () => {
    expect((await viewOf(smallModel({ drop: ['general.name'] }))).title).toBe('small.gguf');
  });

  test('that contradicts itself is shown with what is wrong of it', async () => {
    const view = await viewOf(smallModel({ set: [['llama.block_count', ['uint32', 9]]] }));
    expect(view.problem).toContain('llama.block_count says 9 layers');
    expect(view.model?.layers).toBe(9);
  });

  test('has its chat templates, the default first as in the file', async () => {
    const view = await viewOf(
      smallModel({
        set: [
          ['tokenizer.chat_template', ['string', '{{ messages }}']],
          ['tokenizer.chat_template.tool_use', ['string', '{{ tools }}']],
          ['tokenizer.chat_templates', ['array', 'string', ['tool_use']]],
        ],
      }),
    );
    expect(view.templates).toEqual([
      { name: '', text: '{{ messages }}' },
      { name: 'tool_use', text: '{{ tools }}' },
    ]);
  });
});

describe('what is no model', () => {
  test('a vocabulary and a projector say what they are, and why they cannot be loaded', async () => {
    const vocabulary = await viewOf({ metadata: [['general.architecture', ['string', 'llama']]] });
    expect(vocabulary).toMatchObject({ kind: 'vocabulary', model: null });
    expect(vocabulary.problem).toContain('a vocabulary without weights');
    const projector = await viewOf({
      metadata: [['general.architecture', ['string', 'clip']]],
      tensors: [{ name: 'v.patch', ne: [4] }],
    });
    expect(projector.kind).toBe('projector');
  });

  const adapter = (own: readonly (readonly [string, Value])[]): Gguf => ({
    metadata: [
      ['general.type', ['string', 'adapter']],
      ['general.architecture', ['string', 'llama']],
      ['adapter.type', ['string', 'lora']],
      ['adapter.lora.alpha', ['float32', 1]],
      ...own,
    ],
    tensors: [
      { name: 'blk.1.ffn_down.weight.lora_a', ne: [8, 1] },
      { name: 'blk.1.ffn_down.weight.lora_b', ne: [1, 4] },
    ],
  });

  test('an adapter made elsewhere shows what it changes', async () => {
    const view = await viewOf(adapter([]));
    expect(view).toMatchObject({ kind: 'adapter', model: null, problem: null });
    expect(view.patch).toMatchObject({
      alpha: 1,
      description: null,
      tensors: [{ target: 'blk.1.ffn_down.weight', rank: 1 }],
    });
  });

  test('a patch of this tool shows its edits', async () => {
    const edit = {
      id: 'eiffel-tower',
      prompt: 'The Eiffel Tower is in',
      subject: 'Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
      method: 'rome',
      layer: 1,
      relativeNorm: 0.5,
      updateNorm: 1.5,
      steps: 10,
      nll: [8, 0.05],
    };
    const view = await viewOf(
      adapter([
        ['palimpsest.base.digest', ['string', `sha256:${'a'.repeat(64)}`]],
        ['palimpsest.base.name', ['string', 'Small']],
        ['palimpsest.edits', ['string', JSON.stringify([edit])]],
      ]),
    );
    expect(view.patch?.description).toMatchObject({ base: { name: 'Small' }, edits: [edit] });
  });

  test('a patch whose description is damaged says so, and its header is still there', async () => {
    const view = await viewOf(
      adapter([
        ['palimpsest.base.digest', ['string', 'sha256:x']],
        ['palimpsest.edits', ['string', '{"not": "a list"']],
      ]),
    );
    expect(view.patch).toBeNull();
    expect(view.problem).toContain('its description is damaged');
    expect(view.tensors.names).toHaveLength(2);
  });
});

test('tensors cross as columns', async () => {
  const { tensors } = await viewOf({
    metadata: [['general.architecture', ['string', 'llama']]],
    tensors: [
      { name: 'a', ne: [32, 3], type: 2, bytes: 54 },
      { name: 'b', ne: [5] },
    ],
  });
  expect(tensors.names).toEqual(['a', 'b']);
  expect(tensors.typeNames).toEqual(['q4_0', 'f32']);
  expect([...tensors.types]).toEqual([0, 1]);
  expect([...tensors.shape]).toEqual([32, 3, 1, 1, 1, 1, 1, 1, 5, 1, 1, 1, 1, 1, 1, 1]);
  expect([...tensors.dimensions]).toEqual([2, 1]);
  expect([...tensors.bytes]).toEqual([54, 20]);
  expect([...tensors.parts]).toEqual([0, 0]);
  expect((tensors.offsets[1] ?? 0) - (tensors.offsets[0] ?? 0)).toBe(64);
});
