import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import type { Runtime } from '../../../src/engine/llama/runtime.ts';
import { compareModels } from '../../../src/engine/review/difference/compare.ts';
import { Lane } from '../../../src/engine/review/difference/lane.ts';
import type { Found } from '../record.ts';
import type { Change, Checkpoints } from './checkpoint.ts';

const script = path.resolve('test/bench/review/diff.py');
const scaled: Change = (_, values) => {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * 1.01;
};

/**
 * Megabytes a second (sizes of both files added) of the whole comparison, spectra included, and of the same in Python
 * with gguf and numpy, one after the other on a warm cache.
 *
 * @param python a Python with gguf and numpy
 */
export async function speedFound(
  runtime: Runtime,
  checkpoints: Checkpoints,
  patch: string,
  python: string,
  threads: number,
): Promise<Found> {
  const rows: Found['rows'][number][] = [];
  const row = async (key: string, title: string, base: string, candidate: string) => {
    const bytes = (await stat(base)).size + (await stat(candidate)).size;
    await seconds(runtime, base, candidate, threads);
    const own = Math.min(
      await seconds(runtime, base, candidate, threads),
      await seconds(runtime, base, candidate, threads),
    );
    const theirs = Math.min(inPython(python, base, candidate), inPython(python, base, candidate));
    const rate = (time: number) => Math.round(bytes / time / 1e6);
    rows.push({ key, title, cells: { ours: rate(own), python: rate(theirs), times: theirs / own } });
  };
  for (const type of ['f16', 'q4_1']) {
    const base = await checkpoints.base(type);
    const one = await checkpoints.write({ type, patches: [patch] });
    await row(`${type}-one`, `${type.toUpperCase()}, one matrix differs`, base, one);
    const every = await checkpoints.write({ type, change: () => scaled });
    await row(`${type}-every`, `${type.toUpperCase()}, every matrix differs`, base, every);
  }
  return {
    name: 'review-speed',
    title: 'Comparing two files, spectra included, beside gguf and numpy in one run',
    columns: [
      { key: 'ours', title: 'MB/s' },
      { key: 'python', title: 'Python, MB/s' },
      { key: 'times', title: 'times as fast', significant: 2 },
    ],
    rows,
  };
}

async function seconds(runtime: Runtime, base: string, candidate: string, threads: number): Promise<number> {
  const lanes = Array.from({ length: threads }, () => new Lane(runtime));
  const [left, right] = [await readModelFiles(base), await readModelFiles(candidate)];
  const start = performance.now();
  await compareModels(runtime, left, right, lanes);
  const time = (performance.now() - start) / 1000;
  for (const lane of lanes) lane[Symbol.dispose]();
  return time;
}

function inPython(python: string, base: string, candidate: string): number {
  const { status, stdout, stderr } = spawnSync(python, [script, base, candidate], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${python} with gguf and numpy is needed for the comparison: ${stderr}`);
  return Number(stdout);
}
