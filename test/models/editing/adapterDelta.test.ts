import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapterTerms, addDelta } from '../../../src/engine/editing/patches/adapterDelta.ts';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { adapterOf } from '../../../src/engine/review/undoPatch/adapterOf.ts';
import { writeUndoPatch } from '../../../src/engine/review/undoPatch/writeUndoPatch.ts';
import { dequantise } from '../../../src/engine/weights/quantise.ts';
import { writeGguf } from '../../../src/engine/weights/writer.ts';
import type { GgufHeader } from '../../../src/protocol/gguf.ts';
import { writeAdapter } from '../tiny/adapters.ts';

/** The values of every tensor of a file, by its name. */
async function valuesIn(runtime: Runtime, file: string): Promise<Map<string, Float32Array>> {
  const files = await readModelFiles(file);
  const values = new Map<string, Float32Array>();
  for (const info of files.header.tensors) {
    values.set(info.name, dequantise(runtime, info.type.id, await readTensorBytes(files, info), info.ne));
  }
  return values;
}

describe('what an adapter adds to a weight', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let runtime: Runtime;
  const place = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    runtime = await loadRuntime();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A file of a model that has no more than these weights. */
  async function model(weights: Readonly<Record<string, readonly number[]>>, type = 0): Promise<GgufHeader> {
    const random = new Random(9);
    await writeGguf(runtime, place('model.gguf'), {
      metadata: { 'general.architecture': { type: 'string', value: 'llama' } },
      tensors: Object.entries(weights).map(([name, ne]) => {
        const values = random.normals(
          ne.reduce((product, n) => product * n, 1),
          1,
        );
        return {
          name,
          type,
          ne,
          data: type === 0 ? values : new Uint8Array(new Uint16Array(values.length).buffer),
        };
      }),
    });
    return (await readModelFiles(place('model.gguf'))).header;
  }

  const random = new Random(5);

  it.each(['token_embd.weight', 'blk.0.ffn_up.weight'])('is what a reversal of %s says', async (name) => {
    const [columns, rows, rank] = [5, 7, 3];
    const header = await model({ [name]: [columns, rows], 'output.weight': [columns, rows] });
    const own = header.tensors.find((tensor) => tensor.name === name);
    if (own === undefined) throw new Error('no weight');
    const [a, b] = [random.normals(rank * columns), random.normals(rows * rank)];
    const about = { digest: 'd', name: 'n', architecture: 'llama', files: [] };
    await writeUndoPatch(runtime, place('reversal.gguf'), about, adapterOf(runtime, own, { rank, a, b }));
    const terms = await adapterTerms([{ path: place('reversal.gguf'), strength: 1 }], header);
    const found = new Float32Array(rows * columns);
    const block = { matrix: 0, first: 0, count: rows };
    await addDelta(runtime, terms.get(name) ?? [], block, found);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let wanted = 0;
        for (let r = 0; r < rank; r++) {
          wanted += (b[row * rank + r] ?? Number.NaN) * (a[r * columns + column] ?? Number.NaN);
        }
        expect(found[row * columns + column]).toBeCloseTo(wanted, 4);
      }
    }
  });

  it('is told with its size and with what the type lost of it', async () => {
    await model({ w: [4, 3], zero: [4, 3] });
    const patch = place('patch.gguf');
    await writeAdapter(runtime, patch, { architecture: 'llama', weights: { w: [4, 3] }, rank: 1, alpha: 1 });
    const before = (await valuesIn(runtime, place('model.gguf'))).get('w') ?? new Float32Array();
    const patches = [{ path: patch, strength: 1 }];
    const [report] = await bake(runtime, place('model.gguf'), patches, place('baked.gguf'));
    const after = (await valuesIn(runtime, place('baked.gguf'))).get('w') ?? new Float32Array();
    const size = (values: Float32Array) => Math.hypot(...values);
    const moved = size(after.map((x, i) => x - (before[i] ?? Number.NaN)));
    expect(report).toMatchObject({ name: 'w', type: 'f32', loss: 0 });
    expect(report?.change).toBeCloseTo(moved / size(before), 5);
    await model({ w: [4, 3] }, 1);
    const [half] = await bake(runtime, place('model.gguf'), patches, place('baked.gguf'));
    // a weight that is all zero has no size to compare with
    expect(half).toMatchObject({ type: 'f16', change: null });
    expect(half?.loss).toBeGreaterThan(0);
    expect(half?.loss).toBeLessThan(1e-3);
  });
});
