import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { tensorDetail } from '../../../src/engine/review/tensors/tensorDetail.ts';
import { tensorWindow } from '../../../src/engine/review/tensors/tensorWindow.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';

/** 1,200 rows of 256 are more than one block; the candidate differs by a matrix of rank one. */
const [columns, rows] = [256, 1200];
const name = 'blk.0.ffn_down.weight';

describe('what the values of a tensor are', () => {
  let folder: string;
  let stored: Float32Array;
  let candidateValues: Float32Array;
  const [base, candidate, quantised] = ['base', 'candidate', 'quantised'] as const;
  const file = (which: string) => path.join(folder, `${which}.gguf`);
  const [sigma, u, v] = [3, new Random(1).normals(rows), new Random(2).normals(columns)];
  const length = (vector: Float32Array) => Math.hypot(...vector);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-tensors-'));
    const runtime = await loadRuntime();
    const values = new Random(3).normals(columns * rows, 0.02);
    const scale = sigma / (length(u) * length(v));
    candidateValues = values.map(
      (value, i) => value + scale * (u[Math.floor(i / columns)] ?? 0) * (v[i % columns] ?? 0),
    );
    const bytes = quantise(runtime, 8, values, [columns, rows]);
    stored = dequantise(runtime, 8, bytes, [columns, rows]);
    const metadata = { 'general.architecture': { type: 'string', value: 'llama' } } as const;
    const write = (which: string, type: number, data: Float32Array | Uint8Array<ArrayBuffer>) =>
      writeGguf(runtime, file(which), {
        metadata,
        tensors: [
          { name, type, ne: [columns, rows], data: data instanceof Float32Array ? data : async () => data },
          { name: 'norm', type: 0, ne: [columns], data: v },
        ],
      });
    await write(base, 0, values);
    await write(candidate, 0, candidateValues);
    await write(quantised, 8, bytes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is said of what the stored bytes stand for', async () => {
    const { type, shape, values, difference } = await tensorDetail({ model: file(quantised), tensor: name });
    expect([type, shape, difference]).toEqual(['q8_0', [columns, rows], null]);
    const mean = stored.reduce((sum, x) => sum + x, 0) / stored.length;
    expect(values.elements).toBe(columns * rows);
    expect(values.mean).toBeCloseTo(mean, 8);
    expect(values.max).toBe(stored.reduce((most, x) => Math.max(most, x), 0));
    expect(values.norm / Math.sqrt(stored.reduce((sum, x) => sum + x * x, 0))).toBeCloseTo(1, 6);
    expect(values.zeros).toBe(stored.filter((x) => x === 0).length);
    expect(values.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(columns * rows);
    expect(values.rows?.count).toBe(rows);
    // noise of this shape ends at σ (√rows + √columns); the first values come close from below
    const edge = 0.02 * (Math.sqrt(rows) + Math.sqrt(columns));
    const [first = 0] = values.spectrum ?? [];
    expect(first).toBeGreaterThan(0.85 * edge);
    expect(first).toBeLessThan(1.03 * edge);
  });

  it('against a base is a difference, whose spectrum has its rank', async () => {
    const detail = await tensorDetail({ model: file(candidate), tensor: name, base: file(base) });
    const { difference } = detail;
    expect(difference?.values.norm).toBeCloseTo(sigma, 4);
    expect(difference?.relativeNorm).toBeCloseTo(sigma / (0.02 * Math.sqrt(rows * columns)), 2);
    const [first = 0, second = 0] = difference?.values.spectrum ?? [];
    expect(first).toBeCloseTo(sigma, 4);
    expect(second / first).toBeLessThan(1e-3);
    const strongest = u.reduce((at, x, i) => (Math.abs(x) > Math.abs(u[at] ?? 0) ? i : at), 0);
    expect(difference?.values.rows?.top[0]?.index).toBe(strongest);
  });

  it('of equal tensors is nothing, and a vector has no spectrum', async () => {
    const same = await tensorDetail({ model: file(base), tensor: name, base: file(base) });
    expect(same.difference?.values).toMatchObject({ norm: 0, min: 0, max: 0, spectrum: null });
    const { values } = await tensorDetail({ model: file(base), tensor: 'norm' });
    expect(values).toMatchObject({ elements: columns, rows: null, columns: null, spectrum: null });
  });

  it('is shown as it is, in a window, also of the difference', async () => {
    const asked = { model: file(candidate), tensor: name, row: 1198, column: 250, rows: 5, columns: 10 };
    const { values } = await tensorWindow(asked);
    expect(values.map((row) => row.length)).toEqual([6, 6]);
    expect(values[1]?.[5]).toBe(candidateValues.at(-1));
    const less = await tensorWindow({ ...asked, base: file(base) });
    const scale = sigma / (length(u) * length(v));
    expect(less.values[1]?.[5]).toBeCloseTo(scale * (u.at(-1) ?? 0) * (v.at(-1) ?? 0), 6);
  });

  it('is refused in a sentence where there is no such tensor, or no such place', async () => {
    const model = file(base);
    await expect(tensorDetail({ model, tensor: 'nothing' })).rejects.toThrow('has no tensor nothing');
    const shaped = path.join(folder, 'shaped.gguf');
    const metadata = { 'general.architecture': { type: 'string', value: 'llama' } } as const;
    const tensors = [{ name: 'norm', type: 0, ne: [8], data: new Float32Array(8) }];
    await writeGguf(await loadRuntime(), shaped, { metadata, tensors });
    const differs = `norm has the shape ${columns} in ${model}, and 8 in ${shaped}`;
    await expect(tensorDetail({ model, tensor: 'norm', base: shaped })).rejects.toThrow(differs);
    const outside = { model, tensor: name, row: rows, column: 0, rows: 1, columns: 1 };
    await expect(tensorWindow(outside)).rejects.toThrow(`${name} has ${rows} rows of ${columns} values`);
  });

  it('can be stopped', async () => {
    const signal = AbortSignal.abort();
    await expect(tensorDetail({ model: file(base), tensor: name }, { signal })).rejects.toThrow('canceled');
  });
});
