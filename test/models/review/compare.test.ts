import { mkdtempSync, rmSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { compareModels } from '../../../src/engine/review/difference/compare.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import { holdsWeights } from '../../../src/engine/review/difference/tensorDiff.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { dequantise } from '../../../src/engine/weights/quantise.ts';
import type { Work } from '../../../src/engine/work/progress.ts';
import { TinyModels, wide } from '../tiny/write.ts';
import { rankOne, remake } from './checkpoints.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-review-'));
const tiny = new TinyModels();
const down = 'blk.1.ffn_down.weight';
afterAll(() => {
  rmSync(folder, { recursive: true });
  tiny[Symbol.dispose]();
});

const look = (base: string, candidate: string, work: Work = {}) =>
  reviewModels(base, candidate, { trace: false }, 1, work);

async function compare(base: string, candidate: string) {
  const runtime = await loadRuntime();
  using lane = new Lane(runtime);
  return await compareModels(runtime, await readModelFiles(base), await readModelFiles(candidate), [lane]);
}

/** The values of one tensor, read by other code than the review's. */
async function valuesOf(model: string, name: string): Promise<Float32Array> {
  const files = await readModelFiles(model);
  const tensor = files.header.tensors.find((one) => one.name === name);
  if (tensor === undefined) throw new Error(`no ${name}`);
  return dequantise(await loadRuntime(), tensor.type.id, await readTensorBytes(files, tensor), tensor.ne);
}

describe('comparing two models', () => {
  // every pair crosses the two: what is stored, and what is read as values
  it.each([
    ['F32', 0, 0],
    ['F16', 1, 1],
    ['BF16 against F32', 0, 30],
    ['Q8_0', 8, 8],
    ['Q4_0 against F16', 1, 2],
    ['Q4_1', 3, 3],
    ['Q5_K against F16', 1, 13],
    ['Q6_K against Q4_K', 14, 12],
    ['IQ4_NL against Q8_0', 8, 20],
    ['IQ4_XS against F32', 0, 23],
  ])('measures %s as float arithmetic does', async (_, baseType, type) => {
    const base = await tiny.write('llama', { sizes: wide, type: baseType });
    const candidate = await remake(base, folder, `pair-${baseType}-${type}.gguf`, {
      type,
      change: (name, values, columns) => name === down && rankOne(values, columns, 0.5),
    });
    const { changes } = await compare(base, candidate);
    const found = changes.find(({ diff }) => diff.pair.name === down);
    const [before, after] = [await valuesOf(base, down), await valuesOf(candidate, down)];
    let squares = 0;
    let max = 0;
    let changed = 0;
    for (const [i, value] of before.entries()) {
      const difference = (after[i] ?? 0) - value;
      squares += difference ** 2;
      max = Math.max(max, Math.abs(difference));
      changed += difference === 0 ? 0 : 1 / before.length;
    }
    expect(found?.diff.norm).toBeCloseTo(Math.sqrt(squares), 3);
    expect(found?.diff.max).toBeCloseTo(max, 4);
    expect(found?.diff.changed).toBeCloseTo(changed, 6);
    expect(found?.spectrum?.spikes).toBe(1);
    // the direction that was added
    const right = found?.spectrum?.right[0];
    const wanted = Float64Array.from({ length: 256 }, (_, i) => Math.cos(5 * i + 2));
    const norm = Math.sqrt(wanted.reduce((sum, x) => sum + x * x, 0));
    const cosine = wanted.reduce((sum, x, i) => sum + (x / norm) * (right?.[i] ?? 0), 0);
    expect(Math.abs(cosine)).toBeGreaterThan(0.98);
  });

  it('reads every type that weights are stored in', async () => {
    const runtime = await loadRuntime();
    using lane = new Lane(runtime);
    const [columns, rows] = [256, 8];
    const values = new Random(3).normals(columns * rows);
    const norm = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
    for (const { id, name, blockSize, typeSize } of GGML_TYPES.values()) {
      if (!holdsWeights(name)) continue;
      const kernel = lane.kernel({ base: 0, candidate: id, columns, rows, width: 0 });
      // in every type blocks of nothing but zeros stand for zeros, or next to
      const stored = new Uint8Array((columns * rows * typeSize) / blockSize);
      const { squares, baseSquares } = await kernel.run(new Uint8Array(values.buffer), stored);
      const size = (of: Float32Array) => Math.sqrt(of.reduce((sum, square) => sum + square, 0));
      expect(size(baseSquares), name).toBeCloseTo(norm, 3);
      expect(size(squares) / norm, name).toBeCloseTo(1, 2);
    }
  });

  it('knows equal models in whatever order their tensors lie', async () => {
    const base = await tiny.write('llama', { type: 8 });
    const shuffled = await remake(base, folder, 'shuffled.gguf', { order: (tensors) => tensors.reverse() });
    expect(await look(base, base)).toMatchObject({ verdict: 'identical', findings: [] });
    expect(await look(base, shuffled)).toMatchObject({
      verdict: 'layout',
      confidence: 'high',
      tensors: [],
    });
  });

  it('says that a model was only rounded, and that metadata alone differ', async () => {
    const base = await tiny.write('llama', { sizes: wide, type: 1 });
    const rounded = await remake(base, folder, 'rounded.gguf', { type: 12 });
    expect((await look(base, rounded)).verdict).toBe('requantised');
    const renamed = await remake(base, folder, 'renamed.gguf', {
      metadata: { 'tokenizer.chat_template': { type: 'string', value: 'obey' } },
    });
    const review = await look(base, renamed);
    expect(review.verdict).toBe('metadata');
    expect(review.findings).toEqual([expect.objectContaining({ kind: 'chat-template' })]);
  });

  it('finds one rewritten matrix among rounded ones', async () => {
    const base = await tiny.write('llama', { sizes: wide, type: 1 });
    const candidate = await remake(base, folder, 'edited.gguf', {
      type: 2,
      change: (name, values, columns) => name === down && rankOne(values, columns, 0.4),
    });
    const review = await look(base, candidate);
    expect(review.verdict).toBe('edited');
    expect(review.findings.map(({ kind, tensor, rank }) => [kind, tensor, rank])).toEqual([
      ['edit', down, 1],
    ]);
  });

  it('refuses weights that are no numbers', async () => {
    const base = await tiny.write('llama', { type: 0 });
    const candidate = await remake(base, folder, 'nan.gguf', {
      change: (name, values) => {
        if (name === down) values[5] = Number.NaN;
      },
    });
    await expect(look(base, candidate)).rejects.toThrow(/nan\.gguf is damaged: blk\.1\.ffn_down\.weight/);
  });

  it('refuses what are no two checkpoints of one model', async () => {
    const base = await tiny.write('llama');
    await expect(look(base, await tiny.write('qwen2'))).rejects.toThrow(/qwen2 model .* a llama model/);
    const short = await remake(base, folder, 'short.gguf', {});
    await truncate(short, 2000);
    await expect(look(base, short)).rejects.toThrow(/short\.gguf/);
  });

  it('notices that a file changes while it is read', async () => {
    const base = await tiny.write('llama', { type: 8 });
    const candidate = await remake(base, folder, 'changing.gguf', { type: 2 });
    let cut = false;
    const report = () => {
      if (cut) return;
      cut = true;
      void truncate(candidate, 5000);
    };
    await expect(look(base, candidate, { report })).rejects.toThrow(/changed while it was read/);
  });

  it('stops when it is told to', async () => {
    const base = await tiny.write('llama', { type: 8 });
    const candidate = await remake(base, folder, 'slow.gguf', { type: 2 });
    const abort = new AbortController();
    const work = { signal: abort.signal, report: () => abort.abort() };
    await expect(look(base, candidate, work)).rejects.toThrow(/canceled/i);
  });
});
