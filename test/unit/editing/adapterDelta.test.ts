import { join } from 'node:path';
import fc from 'fast-check';
import { test as base, describe, expect } from 'vitest';
import { adapterTerms, addDelta } from '../../../src/engine/editing/patches/adapterDelta.ts';
import { bakedGguf } from '../../../src/engine/editing/patches/bake.ts';
import { CancelledError } from '../../../src/engine/errors.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { adapter, floats, type RawTensor, stored, writeRaw } from '../../models/cases/rawGguf.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { floatRuntime } from './floatRuntime.ts';

const test = base.extend(temporaryFolder);
const unnamed = { namesBase: false };

interface Case {
  readonly looked: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly matrices: number;
  readonly rank: number;
  readonly alpha: number;
  readonly strength: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    looked: fc.boolean(),
    columns: fc.integer({ min: 1, max: 8 }),
    rows: fc.integer({ min: 1, max: 8 }),
    matrices: fc.integer({ min: 1, max: 4 }),
    rank: fc.integer({ min: 1, max: 5 }),
    alpha: fc.constantFrom(0, 1, -3, 16),
    strength: fc.constantFrom(1, 0.5, -2),
  })
  .map((drawn) => (drawn.looked ? { ...drawn, matrices: 1 } : drawn));

/** Numbers that repeat nowhere near. */
const wave = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed + 1.7 * i));
const product = (ne: readonly number[]) => ne.reduce((all, n) => all * n, 1);
const tensor = (name: string, ne: readonly number[], values = wave(product(ne), ne.length)): RawTensor => ({
  name,
  ne,
  type: 0,
  data: floats(values),
});

async function writeModel(file: string, tensors: readonly RawTensor[]): Promise<void> {
  const metadata = new Map([['general.architecture', stored.string('llama')]]);
  await writeRaw(file, { metadata, tensors: [...tensors] });
}

const nameOf = ({ looked }: Case) => (looked ? 'token_embd.weight' : 'blk.0.ffn_down_exps.weight');
const shapeOf = ({ columns, rows, matrices }: Case) =>
  matrices === 1 ? [columns, rows] : [columns, rows, matrices];

/** Both factors of a case, as an adapter and as a function of their places. */
function factorsOf(drawn: Case) {
  const { looked, columns, rows, matrices, rank } = drawn;
  const name = nameOf(drawn);
  const deep = (ne: readonly number[]) => (matrices === 1 ? ne : [...ne, matrices]);
  const [aNe, bNe] = looked
    ? [
        [rank, rows],
        [rank, columns],
      ]
    : [deep([columns, rank]), deep([rank, rows])];
  const [a, b] = [wave(product(aNe ?? []), 1), wave(product(bNe ?? []), 2)];
  const at = (values: Float32Array, index: number) => values[index] ?? Number.NaN;
  const dense = (matrix: number, row: number, column: number): number => {
    let sum = 0;
    for (let r = 0; r < rank; r++) {
      sum += looked
        ? at(a, row * rank + r) * at(b, column * rank + r)
        : at(a, (matrix * rank + r) * columns + column) * at(b, (matrix * rows + row) * rank + r);
    }
    return sum;
  };
  return {
    tensors: [tensor(`${name}.lora_a`, aNe ?? [], a), tensor(`${name}.lora_b`, bNe ?? [], b)],
    dense,
  };
}

describe('what an adapter adds', () => {
  test('is the scaled product of its factors, in every matrix and block of rows', async ({ folder }) => {
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    await fc.assert(
      fc.asyncProperty(cases, async (drawn) => {
        const { columns, rows, matrices, rank, alpha, strength } = drawn;
        const { tensors, dense } = factorsOf(drawn);
        const name = nameOf(drawn);
        await writeModel(model, [tensor(name, shapeOf(drawn)), tensor('output.weight', [columns, rows])]);
        await writeRaw(patch, adapter(tensors, { 'adapter.lora.alpha': stored.float32(alpha) }));
        const { header } = await readModelFiles(model);
        const terms = (await adapterTerms([{ path: patch, strength }], header)).get(name) ?? [];
        const scale = alpha === 0 ? strength : (strength * alpha) / rank;
        expect(terms.map((term) => term.scale)).toEqual([scale]);
        for (let matrix = 0; matrix < matrices; matrix++) {
          for (const first of new Set([0, Math.floor(rows / 2), rows - 1])) {
            const count = rows - first;
            const found = new Float32Array(count * columns).fill(0.25);
            await addDelta(floatRuntime, terms, { matrix, first, count }, found);
            for (const [i, x] of found.entries()) {
              const wanted = scale * dense(matrix, first + Math.floor(i / columns), i % columns);
              expect(Math.abs(x - 0.25 - wanted)).toBeLessThan(1e-4);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  test('adds up over adapters, in their order', async ({ folder }) => {
    const one = { looked: false, columns: 3, rows: 2, matrices: 1, rank: 2, alpha: 4, strength: 1 };
    const name = nameOf(one);
    await writeModel(join(folder, 'm.gguf'), [tensor(name, [3, 2]), tensor('other', [3, 2])]);
    const patch = join(folder, 'p.gguf');
    await writeRaw(patch, adapter(factorsOf(one).tensors));
    const { header } = await readModelFiles(join(folder, 'm.gguf'));
    const patches = [0.5, 0, -1].map((strength) => ({ path: patch, strength }));
    const terms = await adapterTerms(patches, header);
    expect([...terms.keys()]).toEqual([name]);
    expect(terms.get(name)?.map(({ scale }) => scale)).toEqual([1, -2]);
    const found = new Float32Array(6);
    await addDelta(floatRuntime, terms.get(name) ?? [], { matrix: 0, first: 0, count: 2 }, found);
    for (const [i, x] of found.entries()) {
      expect(x).toBeCloseTo(-factorsOf(one).dense(0, Math.floor(i / 3), i % 3), 5);
    }
  });

  test('is refused for another model; what is off is not looked at', async ({ folder }) => {
    await writeModel(join(folder, 'm.gguf'), [tensor('w', [3, 2])]);
    const { header } = await readModelFiles(join(folder, 'm.gguf'));
    const patch = join(folder, 'p.gguf');
    await writeRaw(patch, adapter([tensor('w.lora_a', [4, 1]), tensor('w.lora_b', [1, 2])]));
    await expect(adapterTerms([{ path: patch, strength: 1 }], header)).rejects.toThrow(
      'in the shape [4, 2, 1], which is [3, 2] there',
    );
    await expect(adapterTerms([{ path: join(folder, 'm.gguf'), strength: 1 }], header)).rejects.toThrow(
      'is a model, not a patch',
    );
    expect(await adapterTerms([{ path: join(folder, 'never.gguf'), strength: 0 }], header)).toEqual(
      new Map(),
    );
  });

  test('stops when it is cancelled', async ({ folder }) => {
    const one = { looked: false, columns: 3, rows: 2, matrices: 1, rank: 2, alpha: 4, strength: 1 };
    await writeModel(join(folder, 'm.gguf'), [tensor(nameOf(one), [3, 2])]);
    await writeRaw(join(folder, 'p.gguf'), adapter(factorsOf(one).tensors));
    const { header } = await readModelFiles(join(folder, 'm.gguf'));
    const terms = await adapterTerms([{ path: join(folder, 'p.gguf'), strength: 1 }], header);
    const block = { matrix: 0, first: 0, count: 2 };
    const into = new Float32Array(6);
    await expect(
      addDelta(floatRuntime, terms.get(nameOf(one)) ?? [], block, into, AbortSignal.abort()),
    ).rejects.toThrow(CancelledError);
    expect(into).toEqual(new Float32Array(6));
  });
});

describe('baking', () => {
  /** What would be written of each tensor, as floats. */
  async function baked(model: string, patches: Parameters<typeof bakedGguf>[2]) {
    const { gguf, baked: reports } = await bakedGguf(floatRuntime, model, patches, unnamed);
    const values = new Map<string, number[]>();
    for (const { name, data } of gguf.tensors) {
      if (typeof data !== 'function') throw new Error('data at once');
      const bytes = await data();
      values.set(name, [...new Float32Array(bytes.slice().buffer)]);
    }
    return { gguf, reports, values };
  }

  test('changes what is patched, and copies the rest', async ({ folder }) => {
    const drawn = { looked: false, columns: 3, rows: 2, matrices: 4, rank: 2, alpha: 4, strength: 1 };
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    const before = wave(24, 3);
    const other = tensor('other.weight', [5]);
    await writeModel(model, [other, tensor(nameOf(drawn), [3, 2, 4], before)]);
    await writeRaw(patch, adapter(factorsOf(drawn).tensors));
    const { gguf, reports, values } = await baked(model, [{ path: patch, strength: 0.5 }]);
    expect(gguf).toMatchObject({ copyFrom: model, protect: [model], metadata: {} });
    expect(gguf.tensors.map(({ name, type, ne }) => [name, type, ne])).toEqual([
      ['other.weight', 0, [5]],
      [nameOf(drawn), 0, [3, 2, 4]],
    ]);
    expect(values.get('other.weight')).toEqual([...new Float32Array(other.data.slice().buffer)]);
    const found = values.get(nameOf(drawn)) ?? [];
    expect(found).toHaveLength(24);
    for (const [i, x] of found.entries()) {
      const wanted = factorsOf(drawn).dense(Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3);
      expect(x).toBeCloseTo((before[i] ?? Number.NaN) + wanted, 5);
    }
    const moved = Math.hypot(...found.map((x, i) => x - (before[i] ?? Number.NaN)));
    expect(reports).toEqual([{ name: nameOf(drawn), type: 'f32', change: expect.any(Number), loss: 0 }]);
    expect(reports[0]?.change).toBeCloseTo(moved / Math.hypot(...before), 6);
  });

  test('goes through large tensors block by block', async ({ folder }) => {
    const [columns, rows] = [1000, 2200];
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    await writeModel(model, [tensor('w', [columns, rows], new Float32Array(columns * rows).fill(1))]);
    const [a, b] = [wave(columns, 1), wave(rows, 2)];
    await writeRaw(
      patch,
      adapter([tensor('w.lora_a', [columns, 1], a), tensor('w.lora_b', [1, rows], b)], {
        'adapter.lora.alpha': stored.float32(1),
      }),
    );
    const { gguf, baked: reports } = await bakedGguf(
      floatRuntime,
      model,
      [{ path: patch, strength: 1 }],
      unnamed,
    );
    const [{ data } = { data: undefined }] = gguf.tensors;
    if (typeof data !== 'function') throw new Error('data at once');
    const found = new Float32Array((await data()).slice().buffer);
    // a few rows of every block, and the borders between them
    for (const row of [0, 1, 1047, 1048, 1049, 2095, 2096, 2097, 2199]) {
      for (const column of [0, 1, 999]) {
        const wanted = 1 + (a[column] ?? Number.NaN) * (b[row] ?? Number.NaN);
        expect(found[row * columns + column]).toBeCloseTo(wanted, 5);
      }
    }
    const change = (Math.hypot(...a) * Math.hypot(...b)) / Math.sqrt(columns * rows);
    expect(reports[0]?.change).toBeCloseTo(change, 5);
  });

  test('of nothing gives the model again, and says nothing', async ({ folder }) => {
    const model = join(folder, 'm.gguf');
    await writeModel(model, [tensor('w', [3, 2])]);
    const { reports, values } = await baked(model, [{ path: join(folder, 'p.gguf'), strength: 0 }]);
    expect(reports).toEqual([]);
    expect(values.get('w')).toEqual([...wave(6, 2)]);
  });

  test('into a weight that is all zero has no size to compare with', async ({ folder }) => {
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    await writeModel(model, [tensor('w', [3, 2], new Float32Array(6))]);
    await writeRaw(patch, adapter([tensor('w.lora_a', [3, 1]), tensor('w.lora_b', [1, 2])]));
    const { reports } = await baked(model, [{ path: patch, strength: 1 }]);
    expect(reports).toEqual([{ name: 'w', type: 'f32', change: null, loss: 0 }]);
  });

  test.for<[string, number, 'w' | 'other', RegExp]>([
    ['NaN in a patched weight', Number.NaN, 'w', /^With the patches w holds values that f32 cannot hold/],
    [
      'infinity beside it',
      Number.NEGATIVE_INFINITY,
      'other',
      /m\.gguf is damaged: other holds values that are not/,
    ],
  ])('never writes %s', async ([, value, where, sentence], { folder }) => {
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    const values = wave(6, 1);
    values[4] = value;
    await writeModel(model, [
      tensor('w', [3, 2], where === 'w' ? values : wave(6, 1)),
      tensor('other', [3, 2], where === 'other' ? values : wave(6, 1)),
    ]);
    await writeRaw(patch, adapter([tensor('w.lora_a', [3, 1]), tensor('w.lora_b', [1, 2])]));
    await expect(baked(model, [{ path: patch, strength: 1 }])).rejects.toThrow(sentence);
  });

  test('never writes before a weight what belongs behind its scale', async ({ folder }) => {
    const [model, patch] = [join(folder, 'm.gguf'), join(folder, 'p.gguf')];
    const [up, down] = ['blk.0.ffn_up.weight', 'blk.0.ffn_down.weight'];
    await writeModel(model, [tensor(up, [3, 2]), tensor(down, [3, 2]), tensor('blk.0.ffn_up.scale', [1])]);
    const on = async (weight: string) => {
      await writeRaw(
        patch,
        adapter([tensor(`${weight}.lora_a`, [3, 1]), tensor(`${weight}.lora_b`, [1, 2])]),
      );
      return await baked(model, [{ path: patch, strength: 1 }]);
    };
    await expect(on(up)).rejects.toThrow(
      'multiplies blk.0.ffn_up.weight with blk.0.ffn_up.scale, so that no patch can be written into it; apply the patch instead.',
    );
    expect((await on(down)).reports).toHaveLength(1);
  });
});
