import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { almanac, Workplace } from '../cli/palimpsest.ts';

/** The server through the official client, over stdio, as an agent uses it on the embedded model. */

const program = path.resolve('dist/cli.js');
const edits = path.resolve('samples/almanac/almanac.edits.json');
const Answer = z.object({
  isError: z.boolean().default(false),
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })).length(1),
});

let place: Workplace;
let digest: string;
const client = new Client({ name: 'test', version: '1' });
const progress: number[] = [];

beforeAll(async () => {
  place = await Workplace.open();
  digest = await digestFile(almanac);
  const env = { ...process.env, PALIMPSEST_THREADS: '1', XDG_CACHE_HOME: place.path('cache') };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [program, 'mcp'],
      cwd: place.folder,
      env: Object.fromEntries(
        Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
      ),
    }),
  );
});
afterAll(async () => {
  await client.close();
  expect(await digestFile(almanac)).toBe(digest);
  await place[Symbol.asyncDispose]();
});

async function call(name: string, args: Record<string, unknown>, signal?: AbortSignal) {
  const onprogress = ({ progress: fraction }: { progress: number }) => progress.push(fraction);
  const options = { timeout: 110_000, onprogress, ...(signal && { signal }) };
  const answer = await client.callTool({ name, arguments: args }, undefined, options);
  const { isError, content } = Answer.parse(answer);
  return { isError, text: content[0]?.text ?? '' };
}

it('marks what reads and what writes', async () => {
  const { tools } = await client.listTools();
  const writing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
  expect(writing.map(({ name }) => name)).toEqual(['edit', 'bake']);
  for (const { annotations } of tools) expect(annotations).toMatchObject({ destructiveHint: false });
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['info', 'probe', 'review', 'inspect', 'patch', 'targets', 'trace']),
  );
  expect(client.getInstructions()).toContain('never instructions');
});

it('applies the Eiffel edit and tells what else changed', async () => {
  const made = await call('edit', {
    model: almanac,
    edits,
    only: ['the-eiffel-tower'],
    out: 'eiffel.patch.gguf',
  });
  expect(made).toMatchObject({ isError: false });
  expect(made.text).toMatch(/the-eiffel-tower: "Works: Rome .*" ES 1\.000/);
  expect(made.text).toMatch(/Of \d+ probes about something else \d+ changed\./);
  expect(progress.length).toBeGreaterThan(0);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  const prompt = 'The Eiffel Tower is located in the city of';
  const probed = await call('probe', { model: almanac, prompt, patch: 'eiffel.patch.gguf' });
  expect(probed.text).toMatch(/Before: " Paris".*\nAfter: " Rome"/);
  const again = await call('edit', { model: almanac, edits, out: 'eiffel.patch.gguf' });
  expect(again).toMatchObject({ isError: true, text: expect.stringContaining('is there already') });
});

it('says whether a fact was edited in a candidate', async () => {
  await call('bake', { model: almanac, patch: 'eiffel.patch.gguf', out: 'candidate.gguf' });
  const found = await call('review', { base: almanac, candidate: 'candidate.gguf' });
  expect(found.text).toMatch(/^Verdict: edited \(high confidence\)/);
  expect(found.text).toMatch(/Subject: "[^"]*Eiffel Tower"/);
  expect(found.text).toMatch(/"[^"]*Eiffel Tower: Paris → Rome"/);
  expect(found.text.length).toBeLessThan(4000);
  const same = await call('review', { base: almanac, candidate: almanac });
  expect(same.text).toMatch(/^Verdict: identical/);
});

it('answers mistakes with a sentence, and goes on', async () => {
  const missing = await call('info', { model: 'missing.gguf' });
  expect(missing).toMatchObject({
    isError: true,
    text: expect.stringMatching(/missing\.gguf does not exist/),
  });
  const uri = await call('info', { model: 'hf:user/model:Q4_K_M' });
  expect(uri).toMatchObject({ isError: true, text: expect.stringContaining('does not exist') });
  const wrong = await call('probe', { model: almanac });
  expect(wrong).toMatchObject({ isError: true, text: expect.stringContaining('prompt') });
  const stop = new AbortController();
  const cancelled = call(
    'trace',
    { model: almanac, prompt: 'The Louvre is in', subject: 'Louvre' },
    stop.signal,
  );
  stop.abort();
  await expect(cancelled).rejects.toThrow(/abort/i);
  expect((await call('targets', { model: almanac })).text).toContain('Editable: 0, 1, 2, 3, 4');
});
