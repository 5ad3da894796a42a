import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/**
 * Runs `work` while no other process does. The lock is a file with the holder's process id, put in place in one step; that
 * of a holder which died is taken away.
 */
export async function withLock(file: string, work: () => void): Promise<void> {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    while (!take(own, file)) await setTimeout(1000);
    try {
      work();
    } finally {
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

function take(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    if (!lives(file)) rmSync(file, { force: true });
    return false;
  }
}

function lives(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}
