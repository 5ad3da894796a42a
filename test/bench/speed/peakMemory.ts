import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { smollm2 } from '../../models/models.ts';
import type { Figure } from './figure.ts';
import { computeOne, someEdits } from './setup.ts';

interface MemoryOptions {
  readonly threads: number;
  readonly cacheFolder?: string | undefined;
}

/** In a process of its own: loads the model, computes one edit, tells how much memory that took. */
export async function peakMemoryHere({ threads, cacheFolder }: MemoryOptions): Promise<void> {
  using model = await Model.load(smollm2());
  using session = await EditSession.open(model, threads);
  for (const edit of await someEdits(1)) await computeOne(session, edit, { cacheFolder });
  process.send?.(process.resourceUsage().maxRSS);
}

/**
 * The peak memory of one edit with the covariance at hand, and of the very first one, which computes it. Must run before
 * this process has grown: on Linux a child's peak begins with its parent's.
 */
export async function peakMemoryFigures(threads: number, quick: boolean): Promise<Figure[]> {
  const aim = { of: 'value', most: 0.8 } as const;
  await inChild({ threads });
  const figures: Figure[] = [
    {
      what: 'peak memory: load, one edit (whole process)',
      unit: 'GB',
      values: [await inChild({ threads })],
      aim,
    },
  ];
  if (quick) return figures;
  const cacheFolder = await mkdtemp(path.join(tmpdir(), 'palimpsest-bench-'));
  try {
    const values = [await inChild({ threads, cacheFolder })];
    return [
      ...figures,
      { what: 'peak memory: the same with the covariance computed', unit: 'GB', values, aim },
    ];
  } finally {
    await rm(cacheFolder, { recursive: true, force: true });
  }
}

/** Gigabytes (1e9 bytes). */
async function inChild({ threads, cacheFolder }: MemoryOptions): Promise<number> {
  const [, program = ''] = process.argv;
  const folder = cacheFolder === undefined ? [] : ['--cache-folder', cacheFolder];
  const child = fork(program, ['peak-memory', '--threads', String(threads), ...folder]);
  const [kilobytes] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the process whose memory is measured ended with ${code}`);
    }),
  ]);
  return (Number(kilobytes) * 1024) / 1e9;
}
