import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fixture for `test.extend`: an empty folder that is gone after the test. */
export const temporaryFolder = {
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixture's dependencies from this pattern.
  async folder({}, use: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'palimpsest-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
};
