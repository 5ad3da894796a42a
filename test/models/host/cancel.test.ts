import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineClient, engineClient } from '../../../src/engine/client.ts';
import { CancelledError } from '../../../src/engine/errors.ts';
import type { Work } from '../../../src/engine/work/progress.ts';
import { eiffel } from '../editing/eiffel.ts';
import { smollm2, withSmollm2 } from '../models.ts';

/** Every reading that a person may wait for stops within a second, wherever in it the wish comes. */

const root = path.resolve(import.meta.dirname, '../../..');
/** 400 tokens and more: seconds of work on one thread. */
const prompt = 'The Eiffel Tower is located in the city of Paris, and '.repeat(30);
let folder: string;
let client: EngineClient;

beforeEach(async () => {
  process.env['PALIMPSEST_THREADS'] = '1';
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-cancel-'));
  process.env['XDG_CACHE_HOME'] = path.join(folder, 'cache');
  client = engineClient({ hostPath: path.join(root, 'dist/host.js') });
});
afterEach(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});

type Job = (work: Work) => Promise<unknown>;
const jobs: readonly (readonly [string, () => Job])[] = [
  ['the digest of a file', () => (work) => client.info({ model: smollm2(), digest: true }, work)],
  ['measuring', () => (work) => client.measure({ model: smollm2(), edits: { edits: [eiffel] } }, work)],
  ['activations', () => (work) => client.activations({ model: smollm2(), prompt }, work)],
  ['neurons', () => (work) => client.neurons({ model: smollm2(), prompt, layer: 20, position: 300 }, work)],
  ['attention', () => (work) => client.attention({ model: smollm2(), prompt, layer: 20 }, work)],
  [
    'the lens at every token',
    () => (work) =>
      client.lens({ model: smollm2(), prompt, positions: [...Array(300).keys()], targets: ['Rome'] }, work),
  ],
  [
    'causal tracing',
    () => (work) => client.trace({ model: smollm2(), prompt: eiffel.prompt, subject: eiffel.subject }, work),
  ],
  ['generating', () => (work) => client.generate({ model: smollm2(), prompt, maxTokens: 500 }, work)],
];

/** How long a job goes on after the wish to stop it, in milliseconds; undefined where it had ended before. */
async function goesOn(job: Job, after: number): Promise<number | undefined> {
  const abort = new AbortController();
  let aborted = Number.NaN;
  setTimeout(() => {
    aborted = performance.now();
    abort.abort();
  }, after);
  try {
    await job({ signal: abort.signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    return performance.now() - aborted;
  }
}

describe.skipIf(!withSmollm2)('a cancellation', () => {
  it.each(jobs)('of %s is obeyed within a second', async (_, job) => {
    await client.load({ model: smollm2() });
    const left: (number | undefined)[] = [];
    for (const after of [10, 150, 700]) left.push(await goesOn(job(), after));
    const stopped = left.filter((time) => time !== undefined);
    expect(stopped).not.toEqual([]);
    expect(Math.max(...stopped)).toBeLessThan(1000);
  });

  it('of loading takes no second more, and the model can be loaded afterwards', async () => {
    const left: (number | undefined)[] = [];
    for (const after of [1, 50, 150, 300]) {
      await client.stop();
      left.push(await goesOn((work) => client.load({ model: smollm2() }, work), after));
    }
    // a small model may be in memory before the wish has arrived
    const stopped = left.filter((time) => time !== undefined);
    expect(stopped).not.toEqual([]);
    expect(Math.max(...stopped)).toBeLessThan(1000);
    expect(await client.load({ model: smollm2() })).toMatchObject({ layers: 30 });
  });
});
