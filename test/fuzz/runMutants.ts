import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type End, Worker } from './worker.ts';

export interface Run {
  readonly mutants: number;
  readonly seed: number;
  /** The number of the first mutant. */
  readonly from: number;
  readonly workers: number;
}

interface Violation {
  readonly index: number;
  readonly file: string;
  readonly end: End;
  readonly says: string;
}

/** Runs mutants, prints what must not be and a summary, and writes all of it to `results` as JSON. @returns the violations */
export async function runMutants({ mutants, seed, from, workers }: Run, results: string): Promise<number> {
  const counts: Record<End, number> = {
    accepted: 0,
    refused: 0,
    'engine error': 0,
    'native crash': 0,
    hang: 0,
    unexpected: 0,
  };
  const kinds: Record<string, Record<string, number>> = {};
  const violations: Violation[] = [];
  const engineErrors: Record<string, number> = {};
  const one = async (worker: Worker, index: number) => {
    const first = await worker.ask({ seed, index });
    // a machine may be busy: what hangs does so twice
    const { end, file, says } = first.end === 'hang' ? await worker.ask({ seed, index }) : first;
    counts[end]++;
    const kind = file.split(' ')[0] ?? '';
    kinds[kind] = { ...kinds[kind], [end]: (kinds[kind]?.[end] ?? 0) + 1 };
    if (end === 'engine error') {
      const alike = says
        .replace(/\/\S+\//g, '')
        .replace(/\d+/g, 'N')
        .slice(0, 200);
      engineErrors[alike] = (engineErrors[alike] ?? 0) + 1;
    }
    if (end === 'native crash' || end === 'hang' || end === 'unexpected') {
      violations.push({ index, file, end, says });
    }
  };

  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-fuzz-'));
  const started = performance.now();
  let next = from;
  const work = async (_: unknown, index: number) => {
    const worker = new Worker(path.join(folder, String(index)));
    try {
      const prepared = await worker.ask({ seeds: true });
      if (prepared.end !== 'accepted') throw new Error(`the sound files cannot be written: ${prepared.says}`);
      while (next < from + mutants) await one(worker, next++);
    } finally {
      worker.stop();
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const report = { mutants, seed, from, seconds, counts, kinds, engineErrors, violations };
  writeFileSync(results, `${JSON.stringify(report, null, 2)}\n`);

  for (const { index, file, end, says } of violations.slice(0, 20)) {
    const beginning = says.split('\n').slice(0, 3).join(' | ');
    process.stdout.write(`${end}: mutant ${index} of seed ${seed}, ${file}: ${beginning}\n`);
  }
  const summary = Object.entries(counts).map(([end, count]) => `${count} ${end}`);
  process.stdout.write(`${mutants} mutants of seed ${seed} in ${seconds} s: ${summary.join(', ')}\n`);
  return violations.length;
}
