import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac } from '../models.ts';

interface AlmanacSession {
  /** Opened before the suite's first test, and closed after its last. */
  readonly session: EditSession;
  /** Where its tests may write. */
  readonly folder: string;
}

/** One session on the embedded model for all tests of a suite. */
export function useAlmanacSession(): AlmanacSession {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let session: EditSession | undefined;
  beforeAll(async () => {
    session = await EditSession.open(await Model.load(almanac));
  });
  afterAll(() => {
    session?.[Symbol.dispose]();
    session?.model.dispose();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    get session() {
      if (session === undefined) throw new Error('the suite has not begun');
      return session;
    },
  };
}
