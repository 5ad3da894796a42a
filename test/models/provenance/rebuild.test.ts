import { appendFile, copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { digestFile, digestFiles } from '../../../src/engine/files/digest.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { editStatement } from '../../../src/engine/provenance/editStatement.ts';
import { rebuilds } from '../../../src/engine/provenance/rebuild.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';
import { almanac } from '../models.ts';
import { splitFile } from '../splitFile.ts';

/** A checkpoint is its base with patches, byte for byte, or it is not. */
const tensor = 'blk.2.ffn_down.weight';

describe('a checkpoint held against what it is said to be made of', () => {
  let folder = '';
  const at = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-test-'));
    for (const [name, seed] of [
      ['patch.gguf', 1],
      ['other.gguf', 2],
    ] as const) {
      await writeAdapter(at(name), seed);
    }
    const patches = [{ path: at('patch.gguf'), strength: 1 }];
    await bake(await loadRuntime(), almanac, patches, at('edited.gguf'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function writeAdapter(file: string, seed: number): Promise<void> {
    const { header } = await readModelFiles(almanac);
    const { ne = [] } = header.tensors.find(({ name }) => name === tensor) ?? {};
    const [columns = 0, rows = 0] = ne.map(Number);
    const random = new Random(seed);
    await writeGguf(await loadRuntime(), file, {
      tensors: [
        { name: `${tensor}.lora_a`, type: 0, ne: [columns, 1], data: random.normals(columns, 0.1) },
        { name: `${tensor}.lora_b`, type: 0, ne: [1, rows], data: random.normals(rows, 0.1) },
      ],
      metadata: {
        'general.type': { type: 'string', value: 'adapter' },
        'general.architecture': { type: 'string', value: 'llama' },
        'adapter.type': { type: 'string', value: 'lora' },
        'adapter.lora.alpha': { type: 'float32', value: 1 },
      },
    });
  }
  const isRebuilt = (candidate: string, patch = 'patch.gguf') => rebuilds(almanac, [at(patch)], candidate);

  it('is found again, and what differs from the base is written down', async () => {
    expect(await isRebuilt(at('edited.gguf'))).toBe(true);
    const statement = await editStatement(almanac, [at('patch.gguf')], at('edited.gguf'));
    expect(statement).toMatchObject({
      base: { digest: await digestFile(almanac, {}), name: 'almanac.gguf' },
      candidate: await digestFile(at('edited.gguf'), {}),
      patches: [{ digest: await digestFile(at('patch.gguf'), {}), edits: [] }],
      tool: expect.stringMatching(/^palimpsest /),
    });
    expect(statement.tensors).toEqual([
      { name: tensor, before: expect.stringMatching(/^sha256:/), after: expect.stringMatching(/^sha256:/) },
    ]);
    expect(statement.tensors[0]?.before).not.toBe(statement.tensors[0]?.after);
  });

  it('is none by another patch, by none, or with one byte more or another', async () => {
    expect(await isRebuilt(at('edited.gguf'), 'other.gguf')).toBe(false);
    expect(await rebuilds(almanac, [], at('edited.gguf'))).toBe(false);
    await copyFile(at('edited.gguf'), at('longer.gguf'));
    await appendFile(at('longer.gguf'), Buffer.alloc(1));
    expect(await isRebuilt(at('longer.gguf'))).toBe(false);
    await copyFile(at('edited.gguf'), at('flipped.gguf'));
    await using file = await open(at('flipped.gguf'), 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.of(0x55), 0, 1, size - 1000);
    await expect(editStatement(almanac, [at('patch.gguf')], at('flipped.gguf'))).rejects.toThrow(
      /is not .*almanac\.gguf with these patches alone/,
    );
  });

  it('may lie in parts, which hold nothing besides', async () => {
    const parts = await splitFile(at('edited.gguf'), at('parts'));
    expect(await isRebuilt(parts[1])).toBe(true);
    const statement = await editStatement(almanac, [at('patch.gguf')], parts[0]);
    expect(statement.candidate).toBe(await digestFiles(parts));
    const [, hidden] = await splitFile(at('edited.gguf'), at('hidden'), {
      'tokenizer.chat_template': { type: 'string', value: 'hidden' },
    });
    expect(await isRebuilt(hidden)).toBe(false);
    for (const part of parts) {
      await copyFile(part, at('kept.gguf'));
      await appendFile(part, Buffer.alloc(64));
      expect(await isRebuilt(parts[0])).toBe(false);
      await copyFile(at('kept.gguf'), part);
    }
    expect(await isRebuilt(parts[0])).toBe(true);
    expect(await isRebuilt(parts[0], 'other.gguf')).toBe(false);
  });
});
