import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapterTerms, addDelta } from '../../../src/engine/editing/patches/adapterDelta.ts';
import { bake } from '../../../src/engine/editing/patches/bake.ts';
import { dequantise } from '../../../src/engine/gguf/quantise.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { writeGguf } from '../../../src/engine/gguf/writer.ts';
import { loadRuntime, type Runtime } from '../../../src/engine/llama/runtime.ts';
import { adapterOf } from '../../../src/engine/review/undo/adapterOf.ts';
import { writeReversal } from '../../../src/engine/review/undo/reversal.ts';
import type { GgufHeader } from '../../../src/protocol/gguf.ts';
import { writeAdapter } from '../tiny/adapters.ts';
import { Random } from '../tiny/random.ts';

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
        const values = random.normal(
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
  const upTo = (most: number) => 1 + Math.floor(random.next() * most);
  const cases = Array.from({ length: 40 }, (_, i) => {
    const looked = i % 4 === 0;
    return {
      name: looked ? 'token_embd.weight' : 'blk.0.ffn_down_exps.weight',
      columns: upTo(9),
      rows: upTo(9),
      matrices: looked ? 1 : upTo(4),
      rank: upTo(5),
      alpha: [0, 1, -3, 16][i % 4] ?? 0,
      strength: i % 3 === 0 ? 1 : random.next() * 4 - 2,
      seed: i,
    };
  });

  it.each(cases)(
    '$name [$columns, $rows, $matrices], rank $rank, alpha $alpha: row by row of the dense product',
    async ({ name, columns, rows, matrices, rank, alpha, strength, seed }) => {
      const ne = matrices === 1 ? [columns, rows] : [columns, rows, matrices];
      const weights = { [name]: ne, 'output.weight': [columns, rows] };
      const header = await model(weights);
      const patch = place('patch.gguf');
      await writeAdapter(runtime, patch, {
        architecture: 'llama',
        weights: { [name]: ne },
        rank,
        alpha,
        seed,
        deviation: 1,
      });
      const values = await valuesIn(runtime, patch);
      const [a, b] = [values.get(`${name}.lora_a`), values.get(`${name}.lora_b`)];
      if (a === undefined || b === undefined) throw new Error('no factors');
      const scale = alpha === 0 ? strength : (strength * alpha) / rank;
      // the definition, element by element, without any of the reading's own indices
      const dense = (matrix: number, row: number, column: number): number => {
        let sum = 0;
        for (let r = 0; r < rank; r++) {
          sum +=
            name === 'token_embd.weight'
              ? (a[row * rank + r] ?? Number.NaN) * (b[column * rank + r] ?? Number.NaN)
              : (a[(matrix * rank + r) * columns + column] ?? Number.NaN) *
                (b[(matrix * rows + row) * rank + r] ?? Number.NaN);
        }
        return scale * sum;
      };
      const terms = (await adapterTerms([{ path: patch, strength }], header)).get(name) ?? [];
      for (let matrix = 0; matrix < matrices; matrix++) {
        const first = Math.floor(rows / 2);
        for (const [from, count] of [
          [0, rows],
          [first, rows - first],
        ] as const) {
          const found = new Float32Array(count * columns).fill(0.25);
          await addDelta(runtime, terms, { matrix, first: from, count }, found);
          for (let row = 0; row < count; row++) {
            for (let column = 0; column < columns; column++) {
              const wanted = 0.25 + dense(matrix, from + row, column);
              expect(Math.abs((found[row * columns + column] ?? Number.NaN) - wanted)).toBeLessThan(1e-5);
            }
          }
        }
      }
    },
  );

  it.each(['token_embd.weight', 'blk.0.ffn_up.weight'])('is what a reversal of %s says', async (name) => {
    const [columns, rows, rank] = [5, 7, 3];
    const header = await model({ [name]: [columns, rows], 'output.weight': [columns, rows] });
    const own = header.tensors.find((tensor) => tensor.name === name);
    if (own === undefined) throw new Error('no weight');
    const [a, b] = [random.normal(rank * columns, 1), random.normal(rows * rank, 1)];
    const about = { digest: 'd', name: 'n', architecture: 'llama', files: [] };
    await writeReversal(runtime, place('reversal.gguf'), about, adapterOf(runtime, own, { rank, a, b }));
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

  it('comes together of several, one after the other', async () => {
    const name = 'blk.0.ffn_up.weight';
    const header = await model({ [name]: [3, 2], other: [3, 2] });
    const patches = [];
    for (const [seed, strength] of [0.5, 0, -1].entries()) {
      const file = place(`${seed}.gguf`);
      const weights = seed === 2 ? { [name]: [3, 2], other: [3, 2] } : { [name]: [3, 2] };
      await writeAdapter(runtime, file, { architecture: 'llama', weights, seed, rank: 2 });
      patches.push({ path: file, strength });
    }
    const terms = await adapterTerms(patches, header);
    expect([...terms.keys()].sort()).toEqual([name, 'other']);
    expect(terms.get(name)?.map(({ path: file, scale }) => [path.basename(file), scale])).toEqual([
      ['0.gguf', 0.5],
      ['2.gguf', -1],
    ]);
    const both = new Float32Array(6);
    const block = { matrix: 0, first: 0, count: 2 };
    await addDelta(runtime, terms.get(name) ?? [], block, both);
    const one = new Float32Array(6);
    const second = new Float32Array(6);
    await addDelta(runtime, (terms.get(name) ?? []).slice(0, 1), block, one);
    await addDelta(runtime, (terms.get(name) ?? []).slice(1), block, second);
    for (const [i, x] of both.entries()) expect(x).toBeCloseTo((one[i] ?? Number.NaN) + (second[i] ?? 0), 6);
  });

  it('is refused where it is for another model', async () => {
    const header = await model({ w: [3, 2] });
    await writeAdapter(runtime, place('wide.gguf'), { architecture: 'llama', weights: { w: [4, 2] } });
    await expect(adapterTerms([{ path: place('wide.gguf'), strength: 1 }], header)).rejects.toThrow(
      'in the shape [4, 2, 1], which is [3, 2] there',
    );
    // what is not switched on is not looked at
    expect((await adapterTerms([{ path: place('never.gguf'), strength: 0 }], header)).size).toBe(0);
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

  it('cannot be written before the weight where the model scales it behind', async () => {
    await model({
      'blk.0.ffn_up.weight': [4, 3],
      'blk.0.ffn_up.scale': [1],
      'blk.0.ffn_down.weight': [4, 3],
    });
    const bakeOf = async (weight: string) => {
      await writeAdapter(runtime, place('patch.gguf'), {
        architecture: 'llama',
        weights: { [weight]: [4, 3] },
      });
      const patches = [{ path: place('patch.gguf'), strength: 1 }];
      return await bake(runtime, place('model.gguf'), patches, place('baked.gguf'));
    };
    await expect(bakeOf('blk.0.ffn_up.weight')).rejects.toThrow(
      'multiplies blk.0.ffn_up.weight with blk.0.ffn_up.scale, so that no patch can be written into it',
    );
    expect(await bakeOf('blk.0.ffn_down.weight')).toHaveLength(1);
  });
});
