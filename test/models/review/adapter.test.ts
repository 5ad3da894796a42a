import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import type { Policy } from '../../../src/protocol/review.ts';
import { almanac } from '../models.ts';
import { type TinyAdapter, writeAdapter } from '../tiny/adapters.ts';
import { TinyModels } from '../tiny/write.ts';
import { bakedInFloats } from './checkpoints.ts';

/** Adapters that were never merged, held against the base that they are for. */

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-adapters-'));
const tiny = new TinyModels();
let runtime: Runtime;
beforeAll(async () => {
  runtime = await loadRuntime();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  tiny[Symbol.dispose]();
});

const down = 'blk.2.ffn_down.weight';

async function shapesOf(model: string, wanted: RegExp): Promise<Record<string, readonly number[]>> {
  const { header } = await readModelFiles(model);
  return Object.fromEntries(
    header.tensors.filter(({ name }) => wanted.test(name)).map(({ name, ne }) => [name, ne]),
  );
}

async function adapter(name: string, about: TinyAdapter): Promise<string> {
  const file = path.join(folder, `${name}.gguf`);
  await writeAdapter(runtime, file, about);
  return file;
}

const quick = { adapter: true, trace: false };
const asCheckpoint = { trace: false };

describe('an adapter on its base', () => {
  it('is what the same change is in a checkpoint, without a file that holds it', async () => {
    const weights = await shapesOf(almanac, /^blk\.2\.ffn_down\.weight$/);
    const file = await adapter('one', { architecture: 'llama', weights, rank: 1, deviation: 0.05 });
    const before = await readFile(almanac);
    const found = await reviewModels(almanac, file, quick, 1);
    expect(before.equals(await readFile(almanac))).toBe(true);
    const baked = await bakedInFloats(almanac, folder, file);
    const same = await reviewModels(baked.base, baked.candidate, asCheckpoint, 1);
    expect([found.verdict, found.confidence]).toEqual([same.verdict, same.confidence]);
    expect(found.verdict).toBe('edited');
    expect(found.tensors.map(({ name }) => name)).toEqual([down]);
    const [own, its] = [found.tensors[0], same.tensors[0]];
    expect(own?.relative).toBeCloseTo(its?.relative ?? Number.NaN, 5);
    expect(own?.values[0]).toBeCloseTo(its?.values[0] ?? Number.NaN, 4);
    expect([own?.spikes, own?.floor]).toEqual([1, 0]);
    expect(found.inventory.retyped).toBe(0);
    expect(found.candidate.path).toBe(file);
  });

  it('of attention in all layers is an adapter, whatever types the base and its factors have', async () => {
    const weights = await shapesOf(almanac, /attn_[qv]\.weight$/);
    for (const types of [
      [0, 0],
      [8, 1],
    ] as const) {
      const file = await adapter('all', { architecture: 'llama', weights, rank: 4, types, deviation: 0.05 });
      expect((await reviewModels(almanac, file, quick, 1)).verdict).toBe('adapter-merged');
    }
  });

  it('is asked what it makes the model say', async () => {
    const weights = await shapesOf(almanac, /attn_[qv]\.weight$/);
    const file = await adapter('asked', { architecture: 'llama', weights, rank: 4, deviation: 0.1 });
    const policy: Policy = { allow: ['adapter-merged'], maxDrift: 1e-3 };
    const found = await reviewModels(almanac, file, { adapter: true, policy }, 1);
    expect(found.behaviour?.drift.meanKl).toBeGreaterThan(1e-3);
    expect(found.policy?.violations.map(({ rule, unmeasured }) => [rule, unmeasured])).toEqual([
      ['maxDrift', false],
    ]);
    // it is undone by leaving it out
    expect(found.reversal).toBeNull();
  });

  it('changes experts matrix by matrix', async () => {
    const base = await tiny.write('mixtral');
    const weights = await shapesOf(base, /^blk\.0\.ffn_down_exps\.weight$/);
    const { header } = await readModelFiles(base);
    const architecture = header.metadata.get('general.architecture');
    const file = await adapter('experts', {
      architecture: architecture?.type === 'string' ? architecture.value : '',
      weights,
      rank: 2,
    });
    const found = await reviewModels(base, file, quick, 1);
    const baked = await bakedInFloats(base, folder, file);
    const same = await reviewModels(baked.base, baked.candidate, asCheckpoint, 1);
    expect(found.tensors[0]?.relative).toBeCloseTo(same.tensors[0]?.relative ?? Number.NaN, 5);
  });

  it('that adds nothing leaves the base as it is', async () => {
    const weights = await shapesOf(almanac, /attn_q\.weight$/);
    const file = await adapter('nothing', { architecture: 'llama', weights, deviation: 0 });
    expect((await reviewModels(almanac, file, quick, 1)).verdict).toBe('identical');
  });

  it.each([
    [
      'another model',
      { architecture: 'llama', weights: { 'blk.2.ffn_down.weight': [8, 8] } },
      /another model/,
    ],
    ['another architecture', { architecture: 'qwen2', weights: { [down]: [8, 8] } }, /architecture "qwen2"/],
  ])('for %s is refused', async (name, about, sentence) => {
    const file = await adapter(name, about);
    await expect(reviewModels(almanac, file, quick, 1)).rejects.toThrow(sentence);
  });

  it('is no checkpoint, nor a checkpoint an adapter', async () => {
    const weights = await shapesOf(almanac, /attn_q\.weight$/);
    const file = await adapter('checkpoint', { architecture: 'llama', weights });
    await expect(reviewModels(almanac, file, asCheckpoint, 1)).rejects.toThrow(/is an adapter/);
    await expect(reviewModels(almanac, almanac, quick, 1)).rejects.toThrow(/is a model, not a patch/);
  });

  it('is no base', async () => {
    const weights = await shapesOf(almanac, /attn_q\.weight$/);
    const file = await adapter('base', { architecture: 'llama', weights });
    await expect(reviewModels(file, file, quick, 1)).rejects.toThrow(/is an adapter/);
  });

  it('with factors that are no numbers is said to be damaged', async () => {
    const weights = await shapesOf(almanac, /^blk\.2\.ffn_down\.weight$/);
    const file = await adapter('damaged', { architecture: 'llama', weights, deviation: Number.NaN });
    await expect(reviewModels(almanac, file, quick, 1)).rejects.toThrow(
      /damaged\.gguf is damaged: .*not finite/,
    );
  });
});
