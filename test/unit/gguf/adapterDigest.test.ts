import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { adapterDigest } from '../../../src/engine/gguf/adapterDigest.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { build, type Tensor, type Value } from './build.ts';

const test = base.extend(temporaryFolder);

const weight = 'blk.0.ffn_down.weight';
const tensors: readonly Tensor[] = [
  { name: `${weight}.lora_a`, ne: [8, 2] },
  { name: `${weight}.lora_b`, ne: [2, 4] },
];

function adapter(of: readonly Tensor[], alpha: number, ...more: [string, Value][]): Uint8Array {
  const metadata: [string, Value][] = [
    ['general.type', ['string', 'adapter']],
    ['general.architecture', ['string', 'llama']],
    ['adapter.type', ['string', 'lora']],
    ['adapter.lora.alpha', ['float32', alpha]],
    ...more,
  ];
  return build({ metadata, tensors: of });
}

test('is of what an adapter adds, not of what its file says of itself', async ({ folder }) => {
  const digest = async (bytes: Uint8Array) => {
    const file = path.join(folder, 'patch.gguf');
    await writeFile(file, bytes);
    return adapterDigest(file);
  };
  const own = await digest(adapter(tensors, 4));
  expect(own).toMatch(/^sha256:[0-9a-f]{64}$/);
  const said: [string, Value] = ['palimpsest.measures', ['string', '{"edits":[]}']];
  expect(await digest(adapter(tensors, 4, said))).toBe(own);
  expect(await digest(adapter(tensors.toReversed(), 4))).toBe(own);
  const more = [...tensors, ...tensors.map(({ name, ne }) => ({ name: name.replace('0', '1'), ne }))];
  const all = await digest(adapter(more, 4));
  for (const order of [
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [2, 0, 3, 1],
  ]) {
    expect(
      await digest(
        adapter(
          order.flatMap((at) => more.slice(at, at + 1)),
          4,
        ),
      ),
    ).toBe(all);
  }

  expect(await digest(adapter(tensors, 2))).not.toBe(own);
  const renamed = tensors.map(({ name, ne }) => ({ name: name.replace('blk.0', 'blk.1'), ne }));
  expect(await digest(adapter(renamed, 4))).not.toBe(own);
  const changed = adapter(tensors, 4);
  changed[changed.length - 1] = 1;
  expect(await digest(changed)).not.toBe(own);
});

test('stops when it is cancelled', async ({ folder }) => {
  const file = path.join(folder, 'patch.gguf');
  await writeFile(file, adapter(tensors, 4));
  await expect(adapterDigest(file, { signal: AbortSignal.abort() })).rejects.toThrow('canceled');
});
