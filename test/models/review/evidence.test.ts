import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { typeError } from '../../../src/engine/review/difference/typeErrors.ts';
import { presets } from '../../../src/engine/review/policy/policies.ts';
import { reviewModels } from '../../../src/engine/review/review.ts';
import { dequantise } from '../../../src/engine/weights/quantise.ts';
import { Policy, type Reviewed } from '../../../src/protocol/review.ts';
import { nightly } from '../../nightly.ts';
import { almanac } from '../cli/palimpsest.ts';
import { type Remade, remake } from './checkpoints.ts';

/** What rounding explains comes from the types: a whole model rounded in every way passes, a row or a block does not. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

const idOf = (wanted: string): number => {
  const type = [...GGML_TYPES.values()].find(({ name }) => name === wanted);
  if (type === undefined) throw new Error(`no ${wanted}`);
  return type.id;
};
/** As importance matrices are: some columns count a hundred times as much as others, with σ = 2 ten thousand times. */
const uneven =
  (seed: number, sigma = 1) =>
  (columns: number) =>
    new Random(seed + columns).normals(columns, sigma).map(Math.exp);
const embeddings = 'token_embd.weight';
const rowOf = (values: Float32Array, columns: number, row: number) =>
  values.subarray(row * columns, (row + 1) * columns);

/** Reviews one candidate against a base, both made from almanac; the base is almanac itself without `of`. */
async function review(how: Remade, of?: Remade): Promise<Reviewed> {
  const base = of === undefined ? almanac : await remake(almanac, folder, 'base.gguf', of);
  const candidate = await remake(almanac, folder, 'candidate.gguf', how);
  const policy = Policy.parse(presets['fine-tune']);
  return await reviewModels(base, candidate, { trace: false, policy }, 1);
}

const hostile: Readonly<Record<string, (values: Float32Array, columns: number) => void>> = {
  'two rows exchanged': (values, columns) => {
    const one = rowOf(values, columns, 300).slice();
    rowOf(values, columns, 300).set(rowOf(values, columns, 700));
    rowOf(values, columns, 700).set(one);
  },
  'one row written over by another': (values, columns) => {
    rowOf(values, columns, 300).set(rowOf(values, columns, 700));
  },
  'one row made larger': (values, columns) => {
    const row = rowOf(values, columns, 300);
    row.set(row.map((x) => 1.5 * x));
  },
  'a block of a row set to zero': (values, columns) => {
    rowOf(values, columns, 300).fill(0, 64, 96);
  },
  'the signs of a block turned': (values, columns) => {
    const block = rowOf(values, columns, 300).subarray(64, 96);
    block.set(block.map((x) => -x));
  },
};

describe('the table of rounding', () => {
  const rounding = [...GGML_TYPES.values()].filter(
    ({ name }) => name !== 'f32' && typeError(name) !== undefined,
  );
  // types whose grids ggml searches take ten seconds and more
  const isSearched = ({ name }: { readonly name: string }) => /^iq[12]/.test(name) && name !== 'iq2_xxs';
  async function isKnown({ id, name }: { readonly id: number; readonly name: string }): Promise<void> {
    const { c } = await loadRuntime();
    const [columns, rows] = [512, 24];
    const values = new Random(1).normals(columns * rows);
    const stored = new Uint8Array(rows * Number(c.ggml_row_size(id, columns)));
    const importance = c.ggml_quantize_requires_imatrix(id) ? uneven(1)(columns) : null;
    c.ggml_quantize_chunk(id, values, stored, 0, rows, columns, importance);
    const left = dequantise(await loadRuntime(), id, stored, [columns, rows]);
    const error = Math.sqrt(
      values.reduce((sum, x, i) => sum + (x - (left[i] ?? 0)) ** 2, 0) /
        values.reduce((sum, x) => sum + x * x, 0),
    );
    expect(error / (typeError(name) ?? 0)).toBeGreaterThan(0.93);
    expect(error / (typeError(name) ?? 0)).toBeLessThan(1.07);
  }
  const known = 'knows what ggml loses in $name';
  it.each(rounding.filter((type) => !isSearched(type)))(known, isKnown);
  it.for(rounding.filter(isSearched))(known, nightly, isKnown);
});

describe('a model that was rounded anew', () => {
  async function isOnlyRounded(type: string, importance?: Remade['importance']): Promise<void> {
    const rounded = { type: idOf(type), ...(importance === undefined ? {} : { importance }) };
    expect(await review(rounded)).toMatchObject({ verdict: 'requantised', policy: { passed: true } });
    expect((await review({}, rounded)).verdict).toBe('requantised');
  }
  async function isRoundedAnew(name: string): Promise<void> {
    const type = idOf(name);
    const found = await review({ type, importance: uneven(5) }, { type, importance: uneven(6) });
    expect(found.verdict).toBe('requantised');
  }

  const to = 'to %s is only rounded, from its origin and against it';
  it.each([
    ['q4_K', uneven(1)],
    ['bf16', undefined],
  ] as const)(to, isOnlyRounded);
  it.for([
    ['q2_K', uneven(2)],
    ['iq3_xxs', uneven(3)],
    ['iq2_xxs', uneven(4)],
    ['iq2_xxs', undefined],
    ['mxfp4', undefined],
  ] as const)(to, nightly, ([type, importance]) => isOnlyRounded(type, importance));

  // the worst of six seeds each: a row that holds large weights which count little
  async function isOnlyRoundedUnevenly([name, seed, sigma]: readonly [
    string,
    number,
    number,
  ]): Promise<void> {
    expect(await review({ type: idOf(name), importance: uneven(seed, sigma) })).toMatchObject({
      verdict: 'requantised',
      policy: { passed: true },
    });
  }
  const unevenly = 'to %s with very uneven importance (seed %i, σ = %f) is only rounded';
  it.each([['q4_K', 4, 2]] as const)(unevenly, (...how) => isOnlyRoundedUnevenly(how));
  it.for([
    ['iq4_xs', 3, 2],
    ['iq2_xxs', 5, 1.5],
  ] as const)(unevenly, nightly, isOnlyRoundedUnevenly);

  const anew = 'in its own type %s with another importance is rounded';
  it.each(['q4_0'])(anew, isRoundedAnew);
  it.for(['q4_K', 'iq2_xxs'])(anew, nightly, isRoundedAnew);
});

const tables = 'the table of tokens in a model rounded to %s';
describe.each(['q4_0'])(tables, isEdited);
describe.for(['f16', 'q4_K'])(tables, nightly, isEdited);

function isEdited(name: string): void {
  it.each(Object.entries(hostile))('with %s is edited, and the row is named', async (_, change) => {
    const found = await review({
      type: idOf(name),
      change: (tensor, values, columns) => tensor === embeddings && change(values, columns),
    });
    expect(found).toMatchObject({ verdict: 'edited', policy: { passed: false } });
    const [finding] = found.findings;
    expect(finding).toMatchObject({ kind: 'edit', tensor: embeddings });
    expect(finding?.rows.find(({ row }) => row === 300)?.token).toMatch(/^\u0120?\w+$/);
    expect(finding?.rows.every(({ row }) => row === 300 || row === 700)).toBe(true);
  });
}

describe('what explains nothing', () => {
  async function isUnknown(of: string, name: string): Promise<void> {
    const change = (_: string, values: Float32Array) => {
      const size = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
      values.set(new Random(9).normals(values.length, size));
    };
    const matrices: Remade['change'] = (tensor, values) => /norm/.test(tensor) || change(tensor, values);
    const found = await review({ type: idOf(name), change: matrices }, { type: idOf(of) });
    expect(found).toMatchObject({ verdict: 'unknown', policy: { passed: false } });
  }

  const others = 'are other weights in every matrix, %s against %s';
  it.each([['f16', 'tq1_0']])(others, isUnknown);
  it.for([
    ['f16', 'iq2_xxs'],
    ['iq2_xxs', 'iq2_xxs'],
  ] as const)(others, nightly, ([of, name]) => isUnknown(of, name));

  it('is one matrix rounded otherwise, while no other was', async () => {
    const type = idOf('q4_K');
    const again: Remade['change'] = (tensor, values) => {
      if (tensor === 'blk.3.attn_v.weight') values.set(values.map((x, i) => x * (1 + 0.05 * Math.sin(i))));
    };
    const found = await review({ type, change: again }, { type });
    expect(found).toMatchObject({ verdict: 'edited', policy: { passed: false } });
  });
});
