import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { openBase, openTensor, sharedName } from '../../../../src/engine/review/tensors/openTensor.ts';
import { config, llama, writeFolder } from '../../safetensors/write.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const test = base.extend(temporaryFolder);
const sample = path.resolve('samples/almanac/almanac.gguf');
const query = 'model.layers.0.self_attn.q_proj.weight';

test('a tensor of safetensors is opened as it is stored by its own name, and as GGUF has it by that', async ({
  folder,
}) => {
  const counting = (_: string, count: number) => Float32Array.from({ length: count }, (__, i) => i);
  await writeFolder(folder, config, llama(counting));
  const rows = async (name: string) => {
    await using opened = await openTensor(folder, name, {});
    const values = new Float32Array(opened.info.elements);
    await opened.source.read(opened.info, 0, new Uint8Array(values.buffer));
    return [0, 1, 2, 3].map((row) => (values[8 * row] ?? -1) / 8);
  };
  expect(await rows(query)).toEqual([0, 1, 2, 3]);
  // halves of a head side by side, as the converter permutes them
  expect(await rows('blk.0.attn_q.weight')).toEqual([0, 2, 1, 3]);
  await expect(openTensor(folder, 'absent', {})).rejects.toThrow(/has no tensor absent/);
});

test('a model that no architecture maps still has its stored tensors', async ({ folder }) => {
  await writeFolder(folder, { ...config, architectures: ['MambaForCausalLM'] }, llama());
  await using opened = await openTensor(folder, query, {});
  expect(opened.info.ne).toEqual([8, 8]);
  await expect(openTensor(folder, 'blk.0.attn_q.weight', {})).rejects.toThrow(/not mapped/);
});

test('against a GGUF file a stored tensor goes by its name there, against another folder by its own', async ({
  folder,
}) => {
  const [one, other] = [path.join(folder, 'one'), path.join(folder, 'other')];
  for (const place of [one, other]) {
    await mkdir(place);
    await writeFolder(place, config, llama());
  }
  expect(await sharedName(one, query, sample, {})).toBe('blk.0.attn_q.weight');
  expect(await sharedName(one, query, other, {})).toBe(query);
  expect(await sharedName(sample, 'blk.0.attn_q.weight', one, {})).toBe('blk.0.attn_q.weight');
  await using own = await openTensor(one, query, {});
  await using before = await openBase(other, own, {});
  expect(before.info.name).toBe(query);
});
