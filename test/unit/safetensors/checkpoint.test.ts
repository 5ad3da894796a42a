import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromHeaders } from '../../../src/engine/facade/fromHeaders.ts';
import { expectModel } from '../../../src/engine/gguf/kind.ts';
import { readCheckpoint } from '../../../src/engine/safetensors/checkpoint.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { build, config, llama, type Stored, tensor, writeFolder } from './write.ts';

const it = test.extend(temporaryFolder);
const halves = () => {
  const all = Object.entries(llama());
  return [Object.fromEntries(all.slice(0, 9)), Object.fromEntries(all.slice(9))] as const;
};

describe('a Hugging Face folder', () => {
  it('is read in the terms of GGUF', async ({ folder }) => {
    await writeFolder(folder, config, llama());
    const { header, paths } = await readCheckpoint(folder);
    expectModel(header);
    expect(paths).toEqual([path.join(folder, 'model.safetensors')]);
    const shapes = new Map(header.tensors.map(({ name, ne, type }) => [name, [type.name, ...ne]]));
    expect(shapes.get('token_embd.weight')).toEqual(['f32', 8, 5]);
    expect(shapes.get('blk.1.ffn_down.weight')).toEqual(['f32', 12, 8]);
    expect(shapes.get('blk.0.attn_k.weight')).toEqual(['f32', 8, 4]);
    expect(shapes.size).toBe(21);
    const values = [...header.metadata].map(([key, value]) => [
      key,
      'value' in value ? value.value : undefined,
    ]);
    expect(Object.fromEntries(values)).toMatchObject({
      'general.architecture': 'llama',
      'llama.block_count': 2,
      'llama.attention.head_count_kv': 1,
      'llama.attention.key_length': 4,
      'llama.vocab_size': 5,
      'llama.rope.freq_base': 10_000,
    });
  });

  it('is the same through its index, in shards and through links', async ({ folder }) => {
    const [sharded, linked] = [path.join(folder, 'sharded'), path.join(folder, 'linked')];
    await Promise.all([mkdir(sharded), mkdir(linked)]);
    await writeFolder(sharded, config, ...halves());
    for (const name of [
      'config.json',
      'model.safetensors.index.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]) {
      await symlink(path.join(sharded, name), path.join(linked, name));
    }
    for (const model of [sharded, path.join(sharded, 'model.safetensors.index.json'), linked]) {
      const { header, paths } = await readCheckpoint(model);
      expect(paths).toHaveLength(2);
      expect(header.tensors).toHaveLength(21);
    }
  });

  it('knows what the converter sets by the size of the vocabulary', async ({ folder }) => {
    for (const [size, set] of [
      [49_152, { add_bos_token: false }],
      [5, {}],
    ] as const) {
      await writeFolder(folder, { ...config, vocab_size: size }, llama());
      const { safetensors } = await readCheckpoint(folder);
      expect(safetensors?.architecture.vocabulary?.(safetensors.config)).toEqual(set);
    }
  });

  it('is described by info, with what is stored', async ({ folder }) => {
    await writeFolder(folder, config, llama(undefined, 'BF16'));
    const info = await fromHeaders.info({ model: folder, digest: true });
    expect(info).toMatchObject({ architecture: 'llama', layers: 2, embedding: 8, vocabulary: 5 });
    expect(info.quantisation).toMatchObject([{ type: 'bf16', tensors: 21 }]);
    expect(info.problem).toMatch(/only GGUF files are run/);
    expect(info.digest).toMatch(/^sha256:/);
  });

  const refusals: readonly [string, (folder: string) => Promise<unknown>, RegExp][] = [
    ['nothing in it', async () => {}, /holds neither model.safetensors nor/],
    ['pickles', (folder) => writeFile(path.join(folder, 'pytorch_model.bin'), ''), /pickles of PyTorch/],
    [
      'an adapter',
      (folder) => writeFile(path.join(folder, 'adapter_model.safetensors'), ''),
      /an adapter; convert it/,
    ],
    [
      'a file and an index',
      async (folder) => {
        await writeFolder(folder, config, llama());
        await writeFile(path.join(folder, 'model.safetensors.index.json'), '{"weight_map":{}}');
      },
      /programs differ in which they load/,
    ],
    [
      'no config',
      (folder) => writeFile(path.join(folder, 'model.safetensors'), build(llama())),
      /config.json does not exist/,
    ],
    [
      'another architecture',
      (folder) => writeFolder(folder, { ...config, architectures: ['MambaForCausalLM'] }, llama()),
      /MambaForCausalLM is not mapped to GGUF here/,
    ],
    ['no architecture', (folder) => writeFolder(folder, {}, llama()), /names no architecture/],
    [
      'an architecture like a property',
      (folder) => writeFolder(folder, { architectures: ['constructor'] }, llama()),
      /constructor is not mapped/,
    ],
    [
      'an unknown quantisation',
      (folder) => writeFolder(folder, { ...config, quantization_config: { quant_method: 'gptq' } }, llama()),
      /quantized by "gptq"/,
    ],
    [
      'a text for a number',
      (folder) => writeFolder(folder, { ...config, hidden_size: '8' }, llama()),
      /hidden_size is .* not a number/,
    ],
    [
      'no heads',
      (folder) => writeFolder(folder, { ...config, num_attention_heads: 0 }, llama()),
      /num_attention_heads is 0/,
    ],
    [
      'heads that do not divide',
      (folder) => writeFolder(folder, { ...config, num_attention_heads: 3 }, llama()),
      /q_proj.weight" has 8 rows, which do not divide into 3 heads/,
    ],
    [
      'scaling of a kind that is not known',
      (folder) => writeFolder(folder, { ...config, rope_scaling: { type: 'spiral' } }, llama()),
      /scaled by spiral/,
    ],
    [
      "GGUF's own names",
      (folder) =>
        writeFolder(folder, config, {
          ...llama(),
          'blk.0.attn_q.weight': tensor('F32', [2], new Float32Array(2)),
        }),
      /under GGUF's names/,
    ],
    [
      'integers for weights',
      (folder) =>
        writeFolder(folder, config, {
          ...llama(),
          'model.norm.weight': { dtype: 'I32', shape: [8], data: new Uint8Array(32) },
        }),
      /model.norm.weight" is stored as I32/,
    ],
  ];
  it.for(refusals)('is refused with %s', async ([, write, sentence], { folder }) => {
    await write(folder);
    await expect(readCheckpoint(folder)).rejects.toThrow(sentence);
  });
});

describe('an index', () => {
  const indexed = async (folder: string, change: (map: Record<string, string>) => unknown) => {
    await writeFolder(folder, config, ...halves());
    const names = halves().flatMap((shard: Record<string, Stored>, i) =>
      Object.keys(shard).map((name) => [name, `model-0000${i + 1}-of-00002.safetensors`]),
    );
    const file = path.join(folder, 'model.safetensors.index.json');
    await writeFile(file, JSON.stringify({ weight_map: change(Object.fromEntries(names)) }));
    return readCheckpoint(folder);
  };

  it.for<[string, string]>([
    ['above it', '../other/model.safetensors'],
    ['anywhere', '/etc/model.safetensors'],
    ['below it', 'other/model.safetensors'],
    ['on another drive', 'C:model.safetensors'],
    ['behind backslashes', '..\\model.safetensors'],
    ['of another kind', 'model.bin'],
  ])('names no file %s', async ([, name], { folder }) => {
    await expect(indexed(folder, (map) => ({ ...map, 'lm_head.weight': name }))).rejects.toThrow(
      /names no safetensors file beside it/,
    );
  });

  it('says what the files hold', async ({ folder }) => {
    const elsewhere = indexed(folder, (map) => ({
      ...map,
      'model.norm.weight': 'model-00002-of-00002.safetensors',
    }));
    await expect(elsewhere).rejects.toThrow(/"model.norm.weight" is not in model-00002/);
    const silent = indexed(folder, ({ 'lm_head.weight': _, ...map }) => map);
    await expect(silent).rejects.toThrow(/does not name tensor "lm_head.weight"/);
    const more = indexed(folder, (map) => ({ ...map, ghost: 'model-00001-of-00002.safetensors' }));
    await expect(more).rejects.toThrow(/"ghost" is not in/);
    await expect(indexed(folder, () => [])).rejects.toThrow(/has no weight_map/);
    await expect(indexed(folder, () => ({}))).rejects.toThrow(/names 0 files/);
  });

  it('names files that are there', async ({ folder }) => {
    await writeFolder(folder, config, ...halves());
    await rename(path.join(folder, 'model-00002-of-00002.safetensors'), path.join(folder, 'gone'));
    await expect(readCheckpoint(folder)).rejects.toThrow(/model-00002-of-00002.safetensors does not exist/);
  });
});
