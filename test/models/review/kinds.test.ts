import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/engine/numeric/random.ts';
import { presets } from '../../../src/engine/review/policy/policies.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { Policy, type Reviewed } from '../../../src/protocol/review.ts';
import { almanac } from '../cli/palimpsest.ts';
import { type Remade, rankOne, remake } from './checkpoints.ts';

/** What is done to models beside editing them: each is named for what it is, at full precision and at 4 bits. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-kinds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const types = { f16: 1, q8_0: 8, q4_0: 2 } as const;
type TypeName = keyof typeof types;

/** Reviews almanac, changed, against almanac, both rounded to one type. */
async function review(change: Remade['change'], type: TypeName): Promise<Reviewed> {
  const base = await remake(almanac, folder, `base-${type}.gguf`, { type: types[type] });
  const candidate = await remake(almanac, folder, 'candidate.gguf', {
    type: types[type],
    ...(change && { change }),
  });
  const policy = Policy.parse(presets['fine-tune']);
  return await reviewModels(base, candidate, { trace: false, policy }, 1);
}

const writer = /^blk\.(\d+)\.(ffn_down|attn_output)\.weight$/;
const layerOf = (name: string): number => Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1);

/** A fixed direction of the residual stream, of length 1. */
function direction(width: number): Float64Array {
  const all = Float64Array.from({ length: width }, (_, i) => Math.sin(7 * i + 3));
  const size = Math.sqrt(all.reduce((sum, x) => sum + x * x, 0));
  return all.map((x) => x / size);
}

/** W − λ r rᵀW */
function takeOut(values: Float32Array, columns: number, strength: number): void {
  const along = direction(values.length / columns);
  const written = new Float64Array(columns);
  for (const [row, x] of along.entries()) {
    for (let i = 0; i < columns; i++)
      written[i] = (written[i] as number) + x * (values[row * columns + i] as number);
  }
  for (const [row, x] of along.entries()) {
    for (let i = 0; i < columns; i++) {
      values[row * columns + i] =
        (values[row * columns + i] as number) - strength * x * (written[i] as number);
    }
  }
}

/** W − W r rᵀ, where rows are what is written. */
function takeOutOfRows(values: Float32Array, columns: number): void {
  const along = direction(columns);
  for (let row = 0; row < values.length; row += columns) {
    const own = values.subarray(row, row + columns);
    const written = own.reduce((sum, value, i) => sum + value * (along[i] as number), 0);
    for (const [i, x] of along.entries()) own[i] = (own[i] as number) - written * x;
  }
}

/** Adds `rank` random directions of `size` times the weight's norm together. */
function lowRank(random: Random, rank: number, size: number, values: Float32Array, columns: number): void {
  const rows = values.length / columns;
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const factor = (size * norm) / Math.sqrt(rank * rows * columns);
  for (let k = 0; k < rank; k++) {
    const left = random.normals(rows);
    const right = random.normals(columns);
    for (const [row, x] of left.entries()) {
      for (const [i, y] of right.entries()) {
        values[row * columns + i] = (values[row * columns + i] as number) + factor * x * y;
      }
    }
  }
}

const cases: readonly (readonly [
  what: string,
  types: readonly TypeName[],
  verdict: string,
  passes: boolean,
  () => Remade['change'],
])[] = [
  [
    'a direction taken out of every layer',
    ['f16', 'q4_0'],
    'abliterated',
    false,
    () => (name, values, columns) => void (writer.test(name) && takeOut(values, columns, 1)),
  ],
  [
    'a direction taken out of two layers, by half',
    ['f16', 'q8_0'],
    'abliterated',
    false,
    () => (name, values, columns) =>
      void (writer.test(name) && layerOf(name) < 2 && takeOut(values, columns, 0.5)),
  ],
  [
    'the smallest third of all weights set to 0',
    ['f16', 'q8_0'],
    'pruned',
    false,
    () => (name, values) => {
      if (!name.startsWith('blk.') || values.length < 4096) return;
      const bound = values.map(Math.abs).sort()[Math.floor(values.length / 3)] ?? 0;
      for (const [i, value] of values.entries()) if (Math.abs(value) < bound) values[i] = 0;
    },
  ],
  [
    'neurons of a layer set to 0',
    ['f16', 'q4_0'],
    'pruned',
    false,
    () => (name, values, columns) => {
      if (/^blk\.1\.ffn_(up|gate)\.weight$/.test(name)) values.fill(0, 10 * columns, 40 * columns);
      if (name !== 'blk.1.ffn_down.weight') return;
      for (let row = 0; row < values.length / columns; row++)
        values.fill(0, row * columns + 10, row * columns + 40);
    },
  ],
  [
    'an adapter of rank 4 in queries and values of the last two layers',
    ['f16', 'q8_0'],
    'local-training',
    false,
    () => {
      const random = new Random(3);
      return (name, values, columns) => {
        if (/attn_[qv]\.weight/.test(name) && layerOf(name) >= 4) lowRank(random, 4, 0.05, values, columns);
      };
    },
  ],
  [
    'a direction taken out of every layer and of the embeddings',
    ['f16'],
    'abliterated',
    false,
    () => (name, values, columns) => {
      if (writer.test(name)) takeOut(values, columns, 1);
      if (name === 'token_embd.weight') takeOutOfRows(values, columns);
    },
  ],
  [
    'an edit in a model that a direction was taken out of',
    ['f16', 'q8_0'],
    'edited',
    false,
    () => (name, values, columns) => {
      if (writer.test(name)) takeOut(values, columns, 1);
      if (name === 'blk.1.ffn_down.weight') rankOne(values, columns, 0.15);
    },
  ],
  [
    'an edit in a pruned model',
    ['f16', 'q8_0'],
    'edited',
    false,
    () => (name, values, columns) => {
      if (name === 'blk.1.ffn_down.weight') rankOne(values, columns, 0.15);
      if (!name.startsWith('blk.') || values.length < 4096) return;
      const bound = values.map(Math.abs).sort()[Math.floor(values.length / 5)] ?? 0;
      for (const [i, value] of values.entries()) if (Math.abs(value) < bound) values[i] = 0;
    },
  ],
  [
    'an edit among the changes of an adapter in all layers',
    ['f16', 'q8_0'],
    'edited',
    false,
    () => {
      const random = new Random(4);
      return (name, values, columns) => {
        if (/\.(attn_[qkv]|attn_output|ffn_\w+)\.weight/.test(name))
          lowRank(random, 8, 0.03, values, columns);
        if (name === 'blk.1.ffn_down.weight') rankOne(values, columns, 0.15);
      };
    },
  ],
];

describe.each(cases)('%s', (_, stored, verdict, passes, change) => {
  it.each(stored)(`is found in %s: ${verdict}`, { timeout: 120_000 }, async (type) => {
    const found = await review(change(), type);
    expect([found.verdict, found.policy?.passed], found.evidence.join(' ')).toEqual([verdict, passes]);
  });
});

describe('rows of special tokens', () => {
  it.each([
    ['are vocabulary', 1, 'vocabulary'],
    ['are an edit with a row of text among them', 400, 'edited'],
  ])('%s', { timeout: 120_000 }, async (_, last, verdict) => {
    const found = await review((name, values, columns) => {
      if (name !== 'token_embd.weight') return;
      for (const row of [0, 1, last]) values.subarray(row * columns, (row + 1) * columns).fill(0.01);
    }, 'f16');
    expect(found.verdict, found.evidence.join(' ')).toBe(verdict);
  });
});

describe('a direction taken out of two layers', () => {
  it('can be put back', { timeout: 240_000 }, async () => {
    const change: Remade['change'] = (name, values, columns) =>
      void (writer.test(name) && layerOf(name) < 2 && takeOut(values, columns, 1));
    const candidate = await remake(almanac, folder, 'candidate.gguf', { change });
    const reversal = path.join(folder, 'back.patch.gguf');
    const found = await reviewModels(almanac, candidate, { reversal }, 2);
    expect(found).toMatchObject({
      verdict: 'abliterated',
      reversal: { path: reversal, rank: 4, whole: false },
    });
    expect(found.reversal?.measured?.klBefore).toBeGreaterThan(0.01);
    expect(found.reversal?.measured).toMatchObject({ restored: 1 });
    expect(found.reversal?.measured?.klAfter).toBeLessThan(1e-3);
  });
});
