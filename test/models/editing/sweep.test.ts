import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEditsFile } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { editNeed } from '../../../src/engine/editing/session/editMemory.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { layersToSweep, sweepLayers } from '../../../src/engine/editing/sweep/sweep.ts';
import { nightly } from '../../nightly.ts';
import { almanac } from '../models.ts';
import { useAlmanacSession } from './almanacSession.ts';
import { capital, quick } from './eiffel.ts';

describe('a layer sweep', () => {
  const opened = useAlmanacSession();

  it('tries layers of the first half that can be edited', () => {
    expect(layersToSweep(opened.session)).toEqual([1, 2, 3]);
  });

  it('finds the layer in which the embedded model was trained to keep its facts', nightly, async () => {
    const file = await readEditsFile(path.join(path.dirname(almanac), 'almanac.edits.json'));
    const some = { edits: file.edits.slice(0, 3) };
    const swept = await sweepLayers(opened.session, some, [1, 2, 4], {
      cacheFolder: opened.folder,
      hyperparameters: quick,
    });
    expect(swept[0]?.layer).toBe(2);
    expect(swept[0]?.measures.after.score).toBeGreaterThan(swept[2]?.measures.after.score ?? 1);
  });

  it('holds no more covariances than fit into memory', async () => {
    const { model, files } = opened.session;
    const file = await readEditsFile(path.join(path.dirname(almanac), 'almanac.edits.json'));
    const some = { edits: file.edits.slice(0, 1) };
    using short = await EditSession.open(model, 1, editNeed(files.header).least);
    const stages: string[] = [];
    const options = { cacheFolder: opened.folder, hyperparameters: quick };
    const swept = await sweepLayers(short, some, [2, 4], options, {
      report: (stage) => {
        stages.push(stage);
        expect(short.covariances.size).toBeLessThanOrEqual(1);
      },
    });
    expect(swept.map(({ layer }) => layer)).toEqual([2, 4]);
    expect(stages).toContainEqual(expect.stringMatching(/^layers 4 \(2 of 2\): /));
    expect(short.covariances.size).toBe(0);
  });

  it('refuses edits that no layer could be judged by', async () => {
    await expect(
      sweepLayers(opened.session, { edits: [capital] }, [2], { cacheFolder: opened.folder }),
    ).rejects.toThrow(/paraphrases and neighborhood/);
  });
});
