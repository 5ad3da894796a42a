import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEditsFile } from '../../../src/engine/editing/editsFile.ts';
import { EditSession } from '../../../src/engine/editing/session.ts';
import { layersToSweep, sweepLayers } from '../../../src/engine/editing/sweep.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { almanac } from '../models.ts';
import { capital, quick } from './eiffel.ts';

describe('a layer sweep', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let model: Model;
  let session: EditSession;
  beforeAll(async () => {
    model = await Model.load(almanac);
    session = await EditSession.open(model);
  });
  afterAll(() => {
    session[Symbol.dispose]();
    model.dispose();
    rmSync(folder, { recursive: true });
  });

  it('tries layers of the first half that can be edited', () => {
    expect(layersToSweep(session)).toEqual([1, 2, 3]);
  });

  it('finds the layer in which the embedded model was trained to keep its facts', async () => {
    const file = await readEditsFile(path.join(path.dirname(almanac), 'almanac.edits.json'));
    const some = { edits: file.edits.slice(0, 3) };
    const swept = await sweepLayers(session, some, [1, 2, 4], {
      cacheFolder: folder,
      hyperparameters: quick,
    });
    expect(swept[0]?.layer).toBe(2);
    expect(swept[0]?.measures.after.score).toBeGreaterThan(swept[2]?.measures.after.score ?? 1);
  });

  it('refuses edits that no layer could be judged by', async () => {
    await expect(sweepLayers(session, { edits: [capital] }, [2], { cacheFolder: folder })).rejects.toThrow(
      /paraphrases and neighbourhood/,
    );
  });
});
