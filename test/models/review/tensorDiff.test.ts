import { describe, expect, it } from 'vitest';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import { firstSpectrum } from '../../../src/engine/review/difference/spectrum.ts';
import { diffTensor } from '../../../src/engine/review/difference/tensorDiff.ts';
import type { TensorSource } from '../../../src/engine/review/difference/tensorFiles.ts';
import type { TensorInfo } from '../../../src/protocol/gguf.ts';

const rows = 3000;

function tensorOf(columns: number): TensorInfo {
  const type = GGML_TYPES.get(0);
  if (type === undefined) throw new Error('F32 is missing');
  const elements = columns * rows;
  const ne = [columns, rows];
  return { name: 'W', type, ne, elements, offset: 0, byteLength: 4 * elements, part: 0 };
}

const inMemory = (values: Float32Array): TensorSource => ({
  read: async (_, start, into) => into.set(new Uint8Array(values.buffer, start, into.length)),
});

describe('the difference of a matrix of several blocks', () => {
  // 512 columns are spread out for the cache, 320 are not
  it.each([320, 512])('is that of all its elements, %i in a row', async (columns) => {
    using lane = new Lane(await loadRuntime());
    const tensor = tensorOf(columns);
    const pair = { name: 'W', base: tensor, candidate: tensor };
    const base = new Random(5).normals(columns * rows);
    const candidate = base.slice();
    // two rows far behind the first block, which is equal
    for (const [row, by] of [[1900, 0.5] as const, [2999, -0.25] as const]) {
      for (let i = 0; i < columns; i++) {
        const at = row * columns + i;
        candidate[at] = (base[at] ?? 0) + by;
      }
    }
    const diff = await diffTensor(inMemory(base), inMemory(candidate), pair, lane);
    const size = Math.sqrt(columns * (0.5 ** 2 + 0.25 ** 2));
    expect(diff.equal).toBe(false);
    expect(diff.norm / size).toBeCloseTo(1, 5);
    expect(diff.baseNorm / Math.sqrt(base.reduce((sum, x) => sum + x * x, 0))).toBeCloseTo(1, 5);
    expect(diff.max).toBeCloseTo(0.5, 6);
    expect(diff.changed).toBe((2 * columns) / (columns * rows));
    const spectrum = firstSpectrum(diff);
    expect((spectrum?.values[0] ?? 0) / size).toBeCloseTo(1, 3);
    // all columns moved alike
    const along = (spectrum?.right[0] ?? new Float64Array()).reduce((sum, x) => sum + x, 0);
    expect(Math.abs(along) / Math.sqrt(columns)).toBeCloseTo(1, 3);

    // what the lane kept of this one must not show in the next
    const same = await diffTensor(inMemory(base), inMemory(base), pair, lane);
    expect(same.equal).toBe(true);
    const zeros = new Float32Array(columns * rows);
    const fromZero = await diffTensor(inMemory(zeros), inMemory(base), pair, lane);
    expect(fromZero.norm).toBeCloseTo(diff.baseNorm, 2);
    expect(fromZero.baseNorm).toBe(0);
  });
});
