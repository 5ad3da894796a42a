import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../../src/engine/files/source.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { quantise } from '../../../src/engine/weights/quantise.ts';
import { type NewGguf, writeGguf } from '../../../src/engine/weights/writer.ts';

describe('writing GGUF files', () => {
  let runtime: Runtime;
  let folder: string;
  beforeAll(async () => {
    runtime = await loadRuntime();
    folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-writer-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function header(file: string) {
    await using source = await openFile(file);
    return await readHeader(source);
  }

  const metadata: NewGguf['metadata'] = {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.name': { type: 'string', value: 'Zoë’s model ✓' },
    'llama.block_count': { type: 'uint32', value: 4_000_000_000 },
    'llama.epsilon': { type: 'float32', value: 1e-5 },
    'tokenizer.ggml.add_bos_token': { type: 'bool', value: true },
    'tokenizer.ggml.tokens': { type: 'array', items: 'string', value: ['<s>', 'é', ''] },
    'tokenizer.ggml.scores': { type: 'array', items: 'float32', value: [0, -1.5, 2] },
    'tokenizer.ggml.token_type': { type: 'array', items: 'int32', value: [3, 1, -1] },
    'general.tags': { type: 'array', items: 'string', value: [] },
  };

  it('gives back every metadata value and every tensor byte, whatever the sizes', async () => {
    const file = path.join(folder, 'all.gguf');
    const random = new Random(3);
    const odd = random.normals(3 * 7);
    const q6 = quantise(runtime, 14, random.normals(256 * 3), [256, 3]);
    await writeGguf(runtime, file, {
      metadata,
      tensors: [
        { name: 'odd', type: 0, ne: [3, 7], data: odd },
        { name: 'q6', type: 14, ne: [256, 3], data: async () => q6 },
        { name: 'one', type: 0, ne: [1], data: Float32Array.of(5) },
      ],
    });
    const { metadata: found } = await header(file);
    expect(found.get('general.name')).toEqual({ type: 'string', value: 'Zoë’s model ✓' });
    expect(found.get('llama.block_count')).toEqual({ type: 'uint32', value: 4_000_000_000 });
    expect(found.get('llama.epsilon')).toEqual({ type: 'float32', value: Math.fround(1e-5) });
    expect(found.get('tokenizer.ggml.add_bos_token')).toEqual({ type: 'bool', value: true });
    expect(found.get('tokenizer.ggml.tokens')).toMatchObject({ items: 'string', head: ['<s>', 'é', ''] });
    expect(found.get('tokenizer.ggml.scores')).toMatchObject({ items: 'float32', head: [0, -1.5, 2] });
    expect(found.get('tokenizer.ggml.token_type')).toMatchObject({ items: 'int32', head: [3, 1, -1] });
    expect(found.get('general.tags')).toMatchObject({ items: 'string', length: 0 });

    const files = await readModelFiles(file);
    const bytes = await Promise.all(files.header.tensors.map((info) => readTensorBytes(files, info)));
    expect(bytes.map((data) => Buffer.from(data).toString('hex'))).toEqual(
      [new Uint8Array(odd.buffer), q6, new Uint8Array(Float32Array.of(5).buffer)].map((data) =>
        Buffer.from(data).toString('hex'),
      ),
    );
    const pointer = runtime.c.gguf_init_from_file(file, { no_alloc: true, ctx: null });
    expect(pointer).not.toBeNull();
    if (pointer !== null) runtime.c.gguf_free(pointer);
  });

  it('takes over the metadata of another file, without what says how that file was laid out', async () => {
    const base = path.join(folder, 'base.gguf');
    const layout = {
      'general.alignment': { type: 'uint32', value: 32 },
      'split.count': { type: 'uint32', value: 2 },
      'general.author': { type: 'string', value: 'kept' },
    } as const;
    await writeGguf(runtime, base, { metadata: { ...metadata, ...layout }, tensors: [] });
    const target = path.join(folder, 'copy.gguf');
    await writeGguf(runtime, target, {
      copyFrom: base,
      metadata: { 'general.name': { type: 'string', value: 'new' } },
      tensors: [{ name: 't', type: 0, ne: [9], data: new Float32Array(9).fill(2) }],
    });
    const { metadata: found } = await header(target);
    expect(found.get('general.name')).toEqual({ type: 'string', value: 'new' });
    expect(found.get('general.author')).toEqual({ type: 'string', value: 'kept' });
    expect(found.get('tokenizer.ggml.tokens')).toMatchObject({ length: 3 });
    expect(found.has('general.alignment') || found.has('split.count')).toBe(false);
  });

  it('never writes over the file it copies, nor over a protected one', async () => {
    const base = path.join(folder, 'protected.gguf');
    await writeGguf(runtime, base, { metadata, tensors: [] });
    const before = await readFile(base);
    const copy = { metadata: {}, copyFrom: base, tensors: [] };
    await expect(writeGguf(runtime, base, copy)).rejects.toThrow('is the base');
    const other = { metadata, protect: [base], tensors: [] };
    await expect(writeGguf(runtime, base, other)).rejects.toThrow('is the base');
    expect(await readFile(base)).toEqual(before);
  });

  it('leaves nothing behind when the data fail, are too short or the work is cancelled', async () => {
    const place = await mkdtemp(path.join(folder, 'failing-'));
    const file = path.join(place, 'x.gguf');
    const tensor = { name: 't', type: 0, ne: [4] };
    const fails = async () => {
      throw new Error('the source is gone');
    };
    const write = (data: Float32Array | (() => Promise<Uint8Array>), signal?: AbortSignal) =>
      writeGguf(runtime, file, { metadata, tensors: [{ ...tensor, data }] }, { signal });
    await expect(write(fails)).rejects.toThrow('the source is gone');
    await expect(write(new Float32Array(3))).rejects.toThrow('12 bytes, its type and shape need 16');
    await expect(write(new Float32Array(4), AbortSignal.abort())).rejects.toThrow('was canceled');
    expect(await readdir(place)).toEqual([]);
  });

  it('refuses what ggml would abort over or cut short', async () => {
    const file = path.join(folder, 'never.gguf');
    const tensor = (name: string) => ({ name, type: 0, ne: [1], data: new Float32Array(1) });
    const write = (gguf: Partial<NewGguf>) => writeGguf(runtime, file, { metadata, tensors: [], ...gguf });
    await expect(write({ tensors: [tensor('a'), tensor('a')] })).rejects.toThrow('two tensors are called a');
    await expect(write({ tensors: [tensor('n'.repeat(64))] })).rejects.toThrow('too long');
    await expect(write({ metadata: { k: { type: 'string', value: 'a\0b' } } })).rejects.toThrow(
      'zero character',
    );
    const text = path.join(folder, 'text.gguf');
    await writeFile(text, 'not a model');
    await expect(write({ copyFrom: text })).rejects.toThrow('cannot be read as a GGUF file');
  });
});
