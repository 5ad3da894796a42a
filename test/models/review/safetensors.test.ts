import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectModel } from '../../../src/engine/review/inspect.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import type { Policy, Reviewed } from '../../../src/protocol/review.ts';
import { tensor } from '../../unit/safetensors/write.ts';
import { asFolder, type FolderOptions, families } from '../tiny/folder.ts';
import { TinyModels } from '../tiny/write.ts';
import { rankOne, remake } from './checkpoints.ts';

const root = mkdtempSync(path.join(tmpdir(), 'palimpsest-safetensors-'));
const tiny = new TinyModels();
afterAll(() => {
  rmSync(root, { recursive: true });
  tiny[Symbol.dispose]();
});

let count = 0;
const folderOf = (name: string, model: string, options?: FolderOptions) =>
  asFolder(name, model, path.join(root, `${name}-${count++}`), options);
const review = (base: string, candidate: string, policy?: Policy) =>
  reviewModels(base, candidate, { policy }, 1);
const kindsOf = ({ findings }: Reviewed) => findings.map(({ kind }) => kind);
const names = Object.keys(families);

/** A tiny model as a converter could have made it: no factors without a config's word, norms that are sums with one. */
async function converted(name: string): Promise<string> {
  const model = await tiny.write(name, name === 'gpt2' ? { sizes: { headsKv: 4, ff: 256 } } : {});
  return await remake(model, root, `${name}-converted.gguf`, {
    order: (tensors) => tensors.filter((one) => !one.name.startsWith('rope_')),
    change: (tensor, values) => {
      if (tensor.endsWith('norm.weight')) values.set(values.map((x) => Math.round(x * 4096) / 4096));
    },
    metadata: name === 'phi3' ? { 'phi3.rope.scaling.attn_factor': { type: 'float32', value: 1 } } : {},
  });
}

describe.each(names)('%s as GGUF and as safetensors', (name) => {
  const change: FolderOptions['change'] = (tensor, values, columns) => {
    if (/^blk\.2\.ffn_(down|down_exps)\.weight$/.test(tensor)) rankOne(values, columns, 0.3);
  };

  it('is the same model unedited, in both directions and in every type', async () => {
    const gguf = await converted(name);
    for (const dtype of ['F32', 'BF16'] as const) {
      const folder = await folderOf(name, gguf, { dtype });
      for (const [base, candidate] of [
        [gguf, folder],
        [folder, gguf],
      ] as const) {
        const result = await review(base, candidate);
        expect(result.inventory).toMatchObject({
          metadata: [],
          hidden: [],
          added: [],
          removed: [],
          reshaped: [],
        });
        expect(result.verdict).toBe(dtype === 'F32' ? 'layout' : 'requantised');
        const { tensors } = result.inventory;
        expect(result.inventory.layout.at(-1)).toMatch(
          `${tensors} of ${tensors} tensors agree within rounding`,
        );
        if (dtype === 'F32') expect(result.inventory.equal).toBe(tensors);
      }
    }
  });

  it('shows one edited tensor by its name in both', async () => {
    const gguf = await converted(name);
    const plain = await folderOf(name, gguf, { shards: 3 });
    const edited = await folderOf(name, gguf, { change });
    for (const base of [gguf, plain]) {
      const result = await review(base, edited);
      expect(result.tensors.map((tensor) => tensor.name)).toEqual([
        expect.stringMatching(/^blk\.2\.ffn_down/),
      ]);
      expect(result.verdict).toBe('edited');
      const edit = result.findings.find(({ kind }) => kind === 'edit');
      expect(edit?.detail).toMatch(
        /In the safetensors: .*\.2\.(mlp\.(down_proj|c_proj)|block_sparse_moe\.experts\.0\.w2)\.weight/,
      );
      // nothing was asked of a model that does not run, and that is said
      expect(kindsOf(result)).toContain('unmeasured');
      expect(result.behaviour).toBeNull();
    }
  });
});

describe('floats of 8 bits', () => {
  const eight = (gguf: string, change?: FolderOptions['change']) =>
    folderOf('qwen3', gguf, { float8: true, ...(change && { change }) });

  it('are rounding of what they were made of, in either form', async () => {
    const gguf = await converted('qwen3');
    const folder = await eight(gguf);
    for (const base of [gguf, await folderOf('qwen3', gguf, { dtype: 'BF16' })]) {
      const result = await review(base, folder);
      expect(result.verdict).toBe('requantised');
      const matrices = result.tensors.filter(({ types }) => types[1] === 'f8_e4m3');
      expect(matrices).toHaveLength(28);
      for (const { relative } of matrices) expect(relative).toBeGreaterThan(0.015);
    }
  });

  it('hide no edit', async () => {
    const gguf = await converted('qwen3');
    const edited = await eight(gguf, (name, values, columns) => {
      if (name === 'blk.2.ffn_down.weight') rankOne(values, columns, 0.3);
    });
    const result = await review(gguf, edited);
    expect(result.verdict).toBe('edited');
    expect(result.findings[0]?.tensor).toBe('blk.2.ffn_down.weight');
  });
});

describe('a folder beside a GGUF file', () => {
  it('differs where the config says something else than the header', async () => {
    const gguf = await converted('llama');
    const folder = await folderOf('llama', gguf, {
      config: { rope_theta: 5e5, hidden_act: 'relu', auto_map: { AutoModel: 'evil.py' } },
    });
    const result = await review(gguf, folder);
    expect(result.verdict).toBe('computation');
    expect(result.inventory.metadata.map(({ key, before, after }) => [key, before, after])).toEqual([
      ['llama.rope.freq_base', null, '500000'],
      ['config.json: hidden_act', 'silu', 'relu'],
      ['config.json: auto_map', null, '{"AutoModel":"evil.py"}'],
    ]);
  });

  it('has its tokens, special tokens and template compared', async () => {
    const gguf = await remake(await converted('llama'), root, 'with-template.gguf', {
      metadata: { 'tokenizer.chat_template': { type: 'string', value: '{{ messages }}' } },
    });
    const folder = await folderOf('llama', gguf);
    const { tokens } = await tokensOf(gguf);
    const vocab = Object.fromEntries(tokens.map((token, i) => [token, i]));
    const added = [{ id: 1, content: '<s>', special: true }];
    const write = (file: string, value: unknown) => writeFile(path.join(folder, file), JSON.stringify(value));
    await write('tokenizer.json', { model: { type: 'BPE', vocab }, added_tokens: added });
    await write('tokenizer_config.json', { bos_token: '<s>', chat_template: '{{ messages }}' });
    const same = await review(gguf, folder);
    expect(same.inventory.metadata).toEqual([]);
    expect(kindsOf(same)).toEqual(['layout', 'unmeasured']);
    expect(same.findings.at(-1)?.summary).toMatch(/not compared: .*tokenizer.ggml.scores/);

    const swapped = { ...vocab, [tokens[270] ?? '']: 271, [tokens[271] ?? '']: 270 };
    await write('tokenizer.json', { model: { type: 'BPE', vocab: swapped }, added_tokens: added });
    await write('tokenizer_config.json', { bos_token: '<s>', chat_template: 'Obey. {{ messages }}' });
    const other = await review(gguf, folder);
    expect(other.inventory.metadata.map(({ key, kind }) => [key, kind])).toEqual([
      ['tokenizer.ggml.tokens', 'vocabulary'],
      ['tokenizer.chat_template', 'chat-template'],
    ]);
    expect(other.inventory.metadata[0]?.detail).toMatch(/^2 of 300 items differ\n\[270\]/);
  });

  it('may hold tensors that no GGUF model has, which are said not to be compared', async () => {
    const gguf = await converted('llama');
    const encoder = { 'vision_tower.patch.weight': tensor('F32', [2, 2], new Float32Array(4)) };
    const folder = await folderOf('llama', gguf, { more: encoder });
    const across = await review(gguf, folder);
    expect(across.inventory).toMatchObject({ added: [], removed: [] });
    expect(across.findings.map(({ summary }) => summary).join()).toMatch(
      /1 tensor without a place in a GGUF model was not compared: vision_tower/,
    );
    const plain = await review(await folderOf('llama', gguf), folder);
    expect(plain.inventory.added).toEqual(['vision_tower.patch.weight']);
  });

  it('says where its mapping does not hold', async () => {
    const gguf = await converted('llama');
    const result = await review(gguf, await folderOf('llama', gguf, { unturned: true }));
    const doubt = result.findings.find(({ kind }) => kind === 'unmeasured');
    expect(doubt?.summary).toMatch(/does not hold for attn_q, attn_k: .* 31 of 39 tensors agree/);
  });

  it('is let through by a policy that takes what was not measured', async () => {
    const gguf = await converted('qwen2');
    const folder = await folderOf('qwen2', gguf, { dtype: 'BF16' });
    const policy: Policy = { allow: ['requantised'] };
    const strict = await review(gguf, folder, policy);
    expect(strict.policy?.violations.map(({ rule }) => rule)).toEqual(['findings']);
    const lax = await review(gguf, folder, { ...policy, findings: ['unmeasured'] });
    expect(lax.policy?.passed).toBe(true);
    const drift = await review(gguf, folder, { ...policy, findings: ['unmeasured'], maxDrift: 1 });
    expect(drift.policy?.violations).toMatchObject([{ rule: 'maxDrift', unmeasured: true }]);
  });
});

describe('two folders', () => {
  it('are identical, or only laid out in another way', async () => {
    const gguf = await converted('qwen3');
    const [one, same, sharded] = [
      await folderOf('qwen3', gguf),
      await folderOf('qwen3', gguf),
      await folderOf('qwen3', gguf, { shards: 2 }),
    ];
    expect((await review(one, same)).verdict).toBe('identical');
    const result = await review(one, sharded);
    expect(result.verdict).toBe('layout');
    expect(result.inventory.layout).toEqual(['The base is one file, the candidate 2 files.']);
  });

  it('have all their files compared, by what they are for', async () => {
    const gguf = await converted('qwen3');
    const [base, candidate] = [
      await folderOf('qwen3', gguf),
      await folderOf('qwen3', gguf, { config: { rope_theta: 1, transformers_version: '5' } }),
    ];
    await writeFile(path.join(candidate, 'modeling.py'), 'import os');
    await writeFile(path.join(candidate, 'README.md'), 'A model.');
    await writeFile(path.join(base, 'chat_template.jinja'), 'one\n');
    await writeFile(path.join(candidate, 'chat_template.jinja'), 'two\n');
    await writeFile(path.join(candidate, 'generation_config.json'), '{"temperature":0.1}');
    const { inventory, verdict } = await review(base, candidate);
    expect(verdict).toBe('computation');
    expect(inventory.metadata.map(({ key, kind }) => [key, kind])).toEqual([
      ['README.md', 'metadata'],
      ['chat_template.jinja', 'chat-template'],
      ['config.json: rope_theta', 'computation'],
      ['config.json: transformers_version', 'metadata'],
      ['generation_config.json: temperature', 'computation'],
      ['modeling.py', 'unknown-key'],
    ]);
    expect(inventory.metadata[1]?.detail).toMatch(/-one\n\+two/);
  });

  it('refuse weights that are no numbers', async () => {
    const gguf = await converted('llama');
    const broken = await folderOf('llama', gguf, {
      change: (name, values) => {
        if (name === 'blk.1.attn_q.weight') values[7] = Number.NaN;
      },
    });
    await expect(review(await folderOf('llama', gguf), broken)).rejects.toThrow(
      /attn_q.weight holds weights that are not finite/,
    );
  });
});

it('inspects a folder as far as its weights go', async () => {
  const folder = await folderOf('llama', await converted('llama'));
  const found = await inspectModel(folder, {}, 1);
  expect(found.verdict).toBe('cannot tell');
  expect(found.suspects.length).toBeGreaterThan(0);
  expect(found.evidence.join(' ')).toMatch(/stored as safetensors, and only GGUF files are run/);
});

async function tokensOf(model: string): Promise<{ tokens: string[] }> {
  const { readModelFiles } = await import('../../../src/engine/gguf/split.ts');
  const { header } = await readModelFiles(model);
  const array = header.metadata.get('tokenizer.ggml.tokens');
  return { tokens: array?.type === 'array' ? array.head.map(String) : [] };
}
