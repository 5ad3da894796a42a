import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDelta } from '../../../src/engine/editing/patches/adapterDelta.ts';
import { openFile } from '../../../src/engine/files/source.ts';
import { factorPairs } from '../../../src/engine/gguf/factors.ts';
import { readHeader } from '../../../src/engine/gguf/header.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { smallSymmetricEigen } from '../../../src/engine/numeric/symmetricEigen.ts';
import { inspectAdapter } from '../../../src/engine/review/adapter/inspectAdapter.ts';
import { almanac } from '../models.ts';
import { writeAdapter } from '../tiny/adapters.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-inspect-'));
const file = path.join(folder, 'adapter.gguf');
const weights = {
  'blk.3.ffn_down.weight': [24, 16],
  'blk.1.attn_q.weight': [16, 20],
  'blk.2.ffn_up_exps.weight': [16, 12, 2],
  'token_embd.weight': [16, 30],
} as const;
let runtime: Runtime;
beforeAll(async () => {
  runtime = await loadRuntime();
  await writeAdapter(runtime, file, { architecture: 'llama', weights, rank: 4, alpha: 6 });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The singular values of ΔW itself, in float64. */
async function dense(weight: string): Promise<number[]> {
  await using source = await openFile(file);
  const pair = factorPairs(await readHeader(source)).find((one) => one.weight === weight);
  if (pair === undefined) throw new Error(`no ${weight}`);
  const [columns, rows, matrices] = pair.ne;
  const values: number[] = [];
  for (let matrix = 0; matrix < matrices; matrix++) {
    const delta = new Float32Array(rows * columns);
    await addDelta(
      runtime,
      [{ path: file, pair, scale: 6 / pair.rank }],
      { matrix, first: 0, count: rows },
      delta,
    );
    const gram = new Float64Array(columns * columns);
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        for (let row = 0; row < rows; row++)
          gram[i * columns + j] =
            (gram[i * columns + j] as number) +
            (delta[row * columns + i] as number) * (delta[row * columns + j] as number);
    values.push(...smallSymmetricEigen(columns, gram).values.map((value) => Math.sqrt(Math.max(0, value))));
  }
  return values.sort((a, b) => b - a);
}

describe('an adapter by itself', () => {
  it('has the singular values of what it adds', async () => {
    const { weights: found, alike, alpha } = await inspectAdapter(file, 1);
    expect(alpha).toBe(6);
    expect(alike).toBeNull();
    expect(found.map(({ tensor }) => tensor)).toEqual([
      'blk.1.attn_q.weight',
      'blk.2.ffn_up_exps.weight',
      'blk.3.ffn_down.weight',
      'token_embd.weight',
    ]);
    for (const { tensor, values, directions, norm } of found) {
      const expected = await dense(tensor);
      const rank = tensor.includes('exps') ? 8 : 4;
      expect(directions).toBe(rank);
      for (const [index, value] of values.entries())
        expect(Math.abs(value - (expected[index] ?? Number.NaN))).toBeLessThan(1e-3 * (expected[0] ?? 0));
      expect(norm).toBeCloseTo(Math.hypot(...expected), 3);
    }
  });

  it('is told from its shape', async () => {
    const one = path.join(folder, 'one.gguf');
    const down = { 'blk.3.ffn_down.weight': [24, 16] };
    await writeAdapter(runtime, one, { architecture: 'llama', weights: down, rank: 1 });
    expect((await inspectAdapter(one, 1)).evidence.join(' ')).toMatch(/what ROME and its relatives write/);
    expect((await inspectAdapter(file, 1)).evidence.join(' ')).toMatch(/what training an adapter leaves/);
  });

  it('is measured whatever the size of its factors, and refused where they are no numbers', async () => {
    const written = async (deviation: number) => {
      const other = path.join(folder, `${deviation}.gguf`);
      await writeAdapter(runtime, other, {
        architecture: 'llama',
        weights,
        rank: 4,
        alpha: 6,
        deviation,
      });
      return await inspectAdapter(other, 1);
    };
    const usual = await inspectAdapter(file, 1);
    const large = await written(1e20);
    for (const [index, { directions, norm }] of large.weights.entries()) {
      expect(directions).toBe(usual.weights[index]?.directions);
      expect(norm / 1e42 / (usual.weights[index]?.norm ?? 0)).toBeCloseTo(1, 3);
    }
    await expect(written(Number.NaN)).rejects.toThrow(
      /is damaged: .*lora_[ab] holds values that are not finite/,
    );
    await expect(written(1e60)).rejects.toThrow(/is damaged: .*lora_[ab] holds values that are not finite/);
  });

  it('is refused where it is none, or of a rank that no adapter has', async () => {
    await expect(inspectAdapter(almanac, 1)).rejects.toThrow(/is a model, not a patch/);
    const high = path.join(folder, 'high.gguf');
    const wide = { 'blk.3.ffn_down.weight': [16, 16] };
    await writeAdapter(runtime, high, { architecture: 'llama', weights: wide, rank: 1100 });
    await expect(inspectAdapter(high, 1)).rejects.toThrow(/up to 1024 are inspected/);
  });
});
