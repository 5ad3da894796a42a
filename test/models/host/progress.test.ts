import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineClient, engineClient } from '../../../src/engine/client.ts';
import { CancelledError } from '../../../src/engine/errors.ts';
import type { Work } from '../../../src/engine/work/progress.ts';
import { nightly } from '../../nightly.ts';
import { eiffel } from '../editing/eiffel.ts';
import { almanac } from '../models.ts';

/** The main job through the child process, as the editor sees it: how far it is, and how soon it stops. */

const root = path.resolve(import.meta.dirname, '../../..');
const onModel = { model: almanac };
const edits = { edits: [eiffel, { ...eiffel, id: 'once-more' }] };
let folder: string;
let client: EngineClient;

beforeEach(async () => {
  process.env['PALIMPSEST_THREADS'] = '1';
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-progress-'));
  process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
  client = engineClient({ hostPath: path.join(root, 'dist/host.js') });
});
afterEach(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

type Steps = { stage: string; fraction: number }[];
type Job = (work: Work) => Promise<unknown>;

/** An edit with an empty cache, all of its stages: loading, sampling, computing, measuring. */
const edit: Job = (work) =>
  client.edit({ ...onModel, edits, measure: true, out: path.join(folder, 'out.patch.gguf') }, work);
const measure: Job = (work) => client.measure({ ...onModel, edits, each: true, fluency: true }, work);

async function watched(job: Job): Promise<Steps> {
  const steps: Steps = [];
  await job({ report: (stage, fraction) => steps.push({ stage, fraction }) });
  return steps;
}

/** A stage without the edit that it is about. */
const nameOf = (stage: string) => stage.replace(/^.*: /, '');

describe('progress', () => {
  it.each<[string, () => Job, readonly string[]]>([
    [
      'an edit that is measured',
      () => edit,
      [
        'sampling text for the covariance',
        'factoring the covariance',
        'optimizing the value',
        'reading the control text',
        'reading the probes',
      ],
    ],
    ['edits that are measured each alone', () => measure, ['optimizing the value', 'generating']],
  ])('of %s goes up from 0 to 1 and never falls', async (_, job, wanted) => {
    const steps = await watched(job());
    const fractions = steps.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions[0]).toBeLessThanOrEqual(0.2);
    expect(fractions.at(-1)).toBeGreaterThan(0.95);
    expect(fractions.at(-1)).toBeLessThanOrEqual(1);
    expect(new Set(fractions).size).toBeGreaterThan(20);
    const jumps = fractions.slice(1).map((fraction, i) => fraction - (fractions[i] ?? 0));
    expect(Math.max(...jumps)).toBeLessThan(0.35);
    for (const stage of wanted) expect(steps.map((step) => nameOf(step.stage))).toContain(stage);
  });
});

describe('a cancellation', () => {
  it('stops an edit within a second in whatever stage it is, and leaves no file', nightly, async () => {
    const stages = [...new Set((await watched(edit)).map(({ stage }) => nameOf(stage)))];
    expect(stages.length).toBeGreaterThanOrEqual(6);
    for (const [place, stage] of stages.entries()) {
      await client.stop();
      // the covariance is computed again only where it is what is stopped
      if (place <= stages.indexOf('factoring the covariance')) await rm(folder, { recursive: true });
      await mkdir(folder, { recursive: true });
      const abort = new AbortController();
      let aborted = 0;
      const report = (at: string) => {
        // a stage of milliseconds may pass between two reports: then the next one is stopped
        if (stages.indexOf(nameOf(at)) < place || abort.signal.aborted) return;
        aborted = performance.now();
        abort.abort();
      };
      await expect(edit({ signal: abort.signal, report }), stage).rejects.toBeInstanceOf(CancelledError);
      expect(performance.now() - aborted, stage).toBeLessThan(1000);
      const left = await readdir(folder);
      expect(
        left.filter((name) => name !== 'cache'),
        stage,
      ).toEqual([]);
    }
  });

  it('stops generating, and proposing probes, within a second', async () => {
    const fact = { prompt: eiffel.prompt, subject: eiffel.subject, target: { new: 'Rome', true: 'Paris' } };
    await client.load(onModel);
    const jobs: ((work: Work) => Promise<unknown>)[] = [
      (work) => client.proposeNeighbours({ ...onModel, ...fact }, work),
      (work) => client.proposeParaphrases({ ...onModel, ...fact }, work),
      (work) => client.generate({ ...onModel, prompt: eiffel.prompt, maxTokens: 200 }, work),
    ];
    for (const job of jobs) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 20);
      const started = performance.now();
      await expect(job({ signal: abort.signal })).rejects.toBeInstanceOf(CancelledError);
      expect(performance.now() - started).toBeLessThan(1020);
    }
  });
});
