import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { compareModels } from '../../../src/engine/review/compare.ts';
import { Lane } from '../../../src/engine/review/lane.ts';
import { undo } from '../../../src/engine/review/undo.ts';
import { almanac } from '../models.ts';
import { rankOne, remake } from './checkpoints.ts';

/** Taking an edit out again: the finding alone where that is enough, the whole difference where it was rounded away. */
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-undo-'));
afterAll(() => rmSync(folder, { recursive: true }));

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

async function undone(noise: number, out: string) {
  const runtime = await loadRuntime();
  const base = await readModelFiles(almanac);
  const candidate = await readModelFiles(
    await remake(almanac, folder, 'candidate.gguf', { change: changed(noise) }),
  );
  using lane = new Lane(runtime);
  const { changes } = await compareModels(runtime, base, candidate, [lane]);
  using model = await Model.load(almanac);
  using other = await Model.load(candidate.paths[0] ?? '');
  using before = new ProbeContext(model, { threads: 1 });
  using after = new ProbeContext(other, { threads: 1 });
  const both = { base: before, candidate: after };
  return await undo(both, { base, candidate, edited: changes, out }, prompts, {});
}

it('takes out the finding alone where that brings the answers back', async () => {
  const reversal = await undone(0.03, path.join(folder, 'finding.patch.gguf'));
  expect(reversal).toMatchObject({ tensors: [tensor], rank: 1, whole: false });
  expect(reversal?.measured?.klBefore).toBeGreaterThan(0.1);
  expect(reversal?.measured?.klAfter).toBeLessThan(1e-3);
});

it('takes back all that differs where the rest of it moves answers too', async () => {
  const reversal = await undone(0.1, path.join(folder, 'whole.patch.gguf'));
  expect(reversal).toMatchObject({ tensors: [tensor], rank: 1, whole: true });
  expect(reversal?.measured?.restored).toBe(1);
  expect(reversal?.measured?.klAfter).toBeLessThan(1e-6);
});
