import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { modelAround } from '../../../src/engine/safetensors/shards.ts';
import { SafetensorsFile } from '../../../src/workbench/header/safetensorsFile.ts';
import { sourceOf } from '../gguf/build.ts';
import { build, config, llama, tensor, writeFolder } from '../safetensors/write.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const entries = Object.entries(llama(undefined, 'BF16'));
const halves = [Object.fromEntries(entries.slice(0, 9)), Object.fromEntries(entries.slice(9))] as const;
const card = '---\nlicense: mit\nbase_model: HuggingFaceTB/SmolLM2-135M\n---\n# A model\n';

test('of a folder the tensors, metadata and what lies beside them are shown, whichever file is opened', async ({
  folder,
}) => {
  await writeFolder(folder, { ...config, eos_token_id: [1, 2] }, ...halves);
  await writeFile(path.join(folder, 'README.md'), card);
  await writeFile(path.join(folder, 'chat_template.jinja'), '{{ messages }}');
  for (const opened of ['model.safetensors.index.json', 'model-00002-of-00002.safetensors']) {
    const file = new SafetensorsFile(path.join(folder, opened));
    const view = await file.read({});
    expect(view).toMatchObject({
      title: path.basename(folder),
      files: ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
      version: null,
      kind: 'model',
      architecture: 'LlamaForCausalLM',
      bitsPerWeight: 16,
      mix: [{ type: 'BF16', tensors: 21 }],
      problem: null,
      model: { layers: 2, embedding: 8, vocabulary: 5, contextLength: 64, memory: null },
      lineage: {
        license: 'mit',
        bases: [{ name: 'SmolLM2 135M', repoUrl: 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M' }],
      },
      templates: [{ name: '', text: '{{ messages }}' }],
    });
    const { names, shape, dimensions, parts, bytes } = view.tensors;
    const down = names.indexOf('model.layers.1.mlp.down_proj.weight');
    // as PyTorch writes it
    expect([...shape.subarray(8 * down, 8 * down + 2)]).toEqual([8, 12]);
    expect([dimensions[down], parts[down], bytes[down]]).toEqual([2, 1, 8 * 12 * 2]);
    expect(view.metadata).toContainEqual({ key: 'config.hidden_size', type: 'number', text: '8', length: 1 });
    expect(view.metadata).toContainEqual({
      key: 'config.eos_token_id',
      type: 'number',
      items: 2,
      head: ['1', '2'],
    });
    expect(await file.items('config.eos_token_id', 1)).toEqual(['2']);
    expect(await file.text('config.model_type')).toBe('llama');
    await expect(file.items('config.model_type', 0)).rejects.toThrow('has no list "config.model_type"');
    expect(file.model).toBe(folder);
  }
});

test('what all files say alike stands there once, and what they say apart by its file', async ({
  folder,
}) => {
  await writeFolder(folder, config, ...halves);
  const says = (who: string) => (stored: object) => ({ __metadata__: { format: 'pt', who }, ...stored });
  for (const [i, half] of halves.entries()) {
    const name = `model-0000${i + 1}-of-00002.safetensors`;
    await writeFile(path.join(folder, name), build(half, says(`part ${i}`)));
  }
  const { metadata } = await new SafetensorsFile(path.join(folder, 'model.safetensors.index.json')).read({});
  const stored = metadata.filter(({ key }) => key.startsWith('__metadata__'));
  expect(stored.map((row) => [row.key, 'text' in row ? row.text : ''])).toEqual([
    ['__metadata__.format', 'pt'],
    ['__metadata__.who (model-00001-of-00002.safetensors)', 'part 0'],
    ['__metadata__.who (model-00002-of-00002.safetensors)', 'part 1'],
  ]);
});

test('an architecture that is not mapped, or a config that is damaged, is the problem of what is shown', async ({
  folder,
}) => {
  await writeFolder(folder, { ...config, architectures: ['MambaForCausalLM'] }, llama());
  const file = new SafetensorsFile(path.join(folder, 'model.safetensors'));
  expect(await file.read({})).toMatchObject({
    architecture: 'MambaForCausalLM',
    problem: expect.stringMatching(/MambaForCausalLM is not mapped/),
    tensors: { names: { length: 21 } },
  });
  await writeFile(path.join(folder, 'config.json'), '{');
  expect(await file.read({})).toMatchObject({
    kind: 'model',
    problem: expect.stringMatching(/config\.json/),
    model: null,
    tensors: { names: { length: 21 } },
  });
});

test('tensors of five dimensions, an adapter, and a file without a config are shown as what they are', async ({
  folder,
}) => {
  const at = (name: string) => path.join(folder, name);
  const weights = tensor('F32', [2, 1, 1, 1, 3], Float32Array.of(1, 2, 3, 4, 5, 6));
  await writeFile(at('vae.safetensors'), build({ conv: weights }));
  const vae = await new SafetensorsFile(at('vae.safetensors')).read({});
  expect(vae).toMatchObject({ title: 'vae.safetensors', kind: 'tensors', problem: null, model: null });
  expect([...vae.tensors.shape]).toEqual([2, 1, 1, 1, 3, 1, 1, 1]);
  const lora = { 'layers.0.q_proj.lora_A.weight': weights };
  await writeFile(at('adapter_model.safetensors'), build(lora));
  expect(await new SafetensorsFile(at('adapter_model.safetensors')).read({})).toMatchObject({
    kind: 'adapter',
    problem: expect.stringContaining('convert_lora_to_gguf.py'),
  });
});

test('one that lies on another file system is shown without what lies beside it', async () => {
  const open = async (name: string) => ({
    ...sourceOf(build(llama()), name),
    [Symbol.asyncDispose]: async () => {},
  });
  const file = new SafetensorsFile('/far/model.safetensors', open);
  expect(await file.read({})).toMatchObject({ kind: 'tensors', files: ['model.safetensors'] });
  expect(file.model).toBe('/far/model.safetensors');
  await expect(new SafetensorsFile('/far/model.safetensors.index.json', open).read({})).rejects.toThrow(
    'names other files',
  );
});

test('a pointer of Git LFS and a file that is none are refused in one sentence', async ({ folder }) => {
  const file = path.join(folder, 'model.safetensors');
  await writeFile(file, `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`);
  await expect(new SafetensorsFile(file).read({})).rejects.toThrow(/is a Git LFS pointer/);
  await writeFile(file, 'short');
  await expect(new SafetensorsFile(file).read({})).rejects.toThrow(/too short/);
});

test('a model goes by its folder, unless that holds another besides', async ({ folder }) => {
  const at = (name: string) => path.join(folder, name);
  await writeFolder(folder, config, ...halves);
  expect(modelAround(at('model.safetensors.index.json'))).toBe(folder);
  expect(modelAround(at('model-00001-of-00002.safetensors'))).toBe(folder);
  await writeFile(at('model.safetensors'), build(llama()));
  expect(modelAround(at('model.safetensors'))).toBe(at('model.safetensors'));
  expect(modelAround(at('model-00001-of-00002.safetensors'))).toBe(at('model.safetensors.index.json'));
  await rm(at('model.safetensors.index.json'));
  expect(modelAround(at('other.safetensors'))).toBe(at('other.safetensors'));
});
