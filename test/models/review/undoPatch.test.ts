import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { compareModels } from '../../../src/engine/review/difference/compare.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import { undoPatch } from '../../../src/engine/review/undoPatch/undoPatch.ts';
import { almanac } from '../models.ts';
import { rankOne, remake } from './checkpoints.ts';

/** Taking an edit out again: the finding alone where that is enough, the whole difference where it was rounded away. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-undo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const f16 = 1;
const tensor = 'blk.2.ffn_down.weight';
const prompts = ['The Eiffel Tower is located in the city of', 'The Louvre Museum is located in the city of'];

/** A rank-one change, and beside it a change of every weight that lies in no direction, as coarse rounding makes. */
function changed(noise: number): (name: string, values: Float32Array, columns: number) => void {
  return (name, values, columns) => {
    if (name !== tensor) return;
    rankOne(values, columns, 8);
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + noise * Math.sin(i * i * 0.7);
  };
}

async function undone(noise: number, out: string, type = f16, change = changed(noise)) {
  const runtime = await loadRuntime();
  const base = await readModelFiles(await remake(almanac, folder, 'base.gguf', { type }));
  const candidate = await readModelFiles(await remake(almanac, folder, 'candidate.gguf', { type, change }));
  using lane = new Lane(runtime);
  const { changes } = await compareModels(runtime, base, candidate, [lane]);
  using model = await Model.load(base.paths[0] ?? '');
  using other = await Model.load(candidate.paths[0] ?? '');
  using before = new ProbeContext(model, { threads: 1 });
  using after = new ProbeContext(other, { threads: 1 });
  const both = { base: before, candidate: after };
  return await undoPatch(both, { base, candidate, edited: changes, out }, prompts, {});
}

it('takes out the finding alone where that brings the answers back', async () => {
  const reversal = await undone(0.03, path.join(folder, 'finding.patch.gguf'));
  expect(reversal).toMatchObject({ tensors: [tensor], rank: 1, whole: false });
  expect(reversal?.measured?.klBefore).toBeGreaterThan(0.1);
  expect(reversal?.measured?.klAfter).toBeLessThan(1e-3);
});

it('leaves an embedding that is the output too, which no adapter can change', async () => {
  const embedding: ReturnType<typeof changed> = (name, values, columns) => {
    if (name === 'token_embd.weight') rankOne(values, columns, 0.5);
  };
  expect(await undone(0, path.join(folder, 'none.patch.gguf'), f16, embedding)).toBeNull();
  const both: typeof embedding = (...tensorOf) => {
    embedding(...tensorOf);
    changed(0)(...tensorOf);
  };
  const reversal = await undone(0, path.join(folder, 'rest.patch.gguf'), f16, both);
  expect(reversal).toMatchObject({ tensors: [tensor], rank: 1 });
});

it('takes back all that differs where the rest of it moves answers too', async () => {
  const reversal = await undone(0.1, path.join(folder, 'whole.patch.gguf'));
  expect(reversal).toMatchObject({ tensors: [tensor], rank: 1, whole: true });
  expect(reversal?.measured?.restored).toBe(1);
  expect(reversal?.measured?.klAfter).toBeLessThan(1e-6);
});

it.each([
  ['Q8_0', 8],
  ['Q4_0', 2],
  ['Q4_1', 3],
  ['Q4_K', 12],
])(
  'takes a rewrite back exactly that was rounded to %s, whose products round activations too',
  async (name, type) => {
    const reversal = await undone(0.1, path.join(folder, `${name}.patch.gguf`), type);
    expect(reversal?.measured?.klBefore).toBeGreaterThan(1);
    expect(reversal?.measured).toMatchObject({ restored: 1 });
    expect(reversal?.measured?.klAfter).toBeLessThan(1e-6);
  },
);
