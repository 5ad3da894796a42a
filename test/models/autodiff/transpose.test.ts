import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transposed } from '../../../src/engine/autodiff/transpose.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Devices } from '../../../src/engine/llama/scheduler.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';

describe('transposing a weight of the file', () => {
  let devices: Devices;
  let folder: string;
  beforeAll(async () => {
    devices = new Devices(await loadRuntime(), 1);
    folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-transpose-'));
  });
  afterAll(async () => {
    devices[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  const [f32, f16, q8, q4k] = [0, 1, 8, 12];
  it.each([
    { says: 'F32 as it is', from: f32, to: f32, ne: [7, 11], tolerance: 0 },
    { says: 'rows that are no blocks', from: q8, to: f16, ne: [64, 33], tolerance: 1e-3 },
    { says: 'Q4_K to Q8_0', from: q4k, to: q8, ne: [256, 64], tolerance: 0.02 },
    { says: 'a stack of experts', from: f32, to: q8, ne: [32, 64, 3], tolerance: 0.02 },
    { says: 'more than one slice', from: f32, to: f32, ne: [32, 140_000], tolerance: 0 },
    { says: 'more than one slice, to blocks', from: q8, to: q8, ne: [32, 140_000], tolerance: 0.02 },
  ])('$says', async ({ says, from, to, ne, tolerance }) => {
    const { runtime } = devices;
    const [columns = 1, rows = 1, experts = 1] = ne;
    const random = new Random(1);
    const values = Float32Array.from({ length: columns * rows * experts }, () => random.uniform() - 0.5);
    const data = quantise(runtime, from, values, ne);
    const weight = dequantise(runtime, from, data, ne);
    const file = path.join(folder, `${says}.gguf`);
    await writeGguf(runtime, file, { metadata: {}, tensors: [{ name: 'w', type: from, ne, data }] });
    const files = await readModelFiles(file);
    const [info] = files.header.tensors;
    if (info === undefined) throw new Error('the file holds no tensor');
    const turned = dequantise(runtime, to, await transposed(devices, files, info, to), [
      rows,
      columns,
      experts,
    ]);
    let worst = 0;
    for (let e = 0; e < experts; e++)
      for (let column = 0; column < columns; column++)
        for (let row = 0; row < rows; row++) {
          const there = turned[(e * columns + column) * rows + row] ?? Number.NaN;
          const here = weight[(e * rows + row) * columns + column] ?? Number.NaN;
          const error = Math.abs(there - here);
          if (!(error <= worst)) worst = error;
        }
    expect(worst).toBeLessThanOrEqual(tolerance);
  });
});
