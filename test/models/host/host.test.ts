import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EngineClient, engineClient } from '../../../src/engine/client.ts';
import { importFile } from '../../../src/engine/datasets/index.ts';
import { CancelledError, InputError } from '../../../src/engine/errors.ts';
import { EngineCrash } from '../../../src/engine/process/crash.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import { almanac } from '../models.ts';

/** The real engine in its child process, as the workbench uses it. */

const root = path.resolve(import.meta.dirname, '../../..');
const prompt = 'The Eiffel Tower is located in the city of';
const onModel = { model: almanac };
let folder: string;
let edits: EditsFile;
let patch: string;
let client: EngineClient;
let lines: string[];
let crashes: EngineCrash[];

beforeAll(async () => {
  process.env['PALIMPSEST_THREADS'] = '1';
  folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-host-'));
  process.env['XDG_CACHE_HOME'] = folder;
  patch = path.join(folder, 'eiffel.patch.gguf');
  const { file } = await importFile('counterfact', path.join(root, 'samples/almanac/edits-source.json'));
  edits = { edits: file.edits.filter(({ prompt: own }) => own === prompt) };
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  lines = [];
  crashes = [];
  client = engineClient({
    hostPath: path.join(root, 'dist/host.js'),
    log: (_, text) => lines.push(text),
    onCrash: (crash) => crashes.push(crash),
  });
});
afterEach(() => client.stop());

const makePatch = () => client.edit({ ...onModel, edits, out: patch });
const apply = () => client.apply({ ...onModel, patches: [{ path: patch, strength: 1 }] });

describe('the engine in its own process', () => {
  it("loads a model with progress, and passes llama.cpp's log on", async () => {
    const seen: number[] = [];
    const loaded = await client.load(onModel, { report: (_, fraction) => seen.push(fraction) });
    expect(loaded).toMatchObject({ architecture: 'llama', layers: 6, uneditable: null, applied: [] });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(lines.join('\n')).toContain('general.architecture');
  });

  it('computes an edit and tells every step of it as it is taken', async () => {
    const steps: number[] = [];
    const edited = await client.edit(
      { ...onModel, edits, out: patch },
      { onEvent: ({ step }) => steps.push(step.nll) },
    );
    expect(edited.edits[0]?.steps.map(({ nll }) => nll)).toEqual(steps);
  });

  it('applies, reverts, and is bit for bit what it was', async () => {
    await makePatch();
    const logits = () => client.logits({ ...onModel, prompt });
    const before = await logits();
    expect(await apply()).toHaveProperty('applied', [{ path: patch, strength: 1 }]);
    const on = await logits();
    expect(on).not.toEqual(before);
    expect(await client.logits({ ...onModel, prompt, patches: [] })).toEqual(before);
    expect(await client.apply({ ...onModel, patches: [{ path: patch, strength: 0.5 }] })).toHaveProperty(
      'applied',
      [{ path: patch, strength: 0.5 }],
    );
    expect(await logits()).not.toEqual(on);
    expect(await client.revert({ ...onModel, patch })).toHaveProperty('applied', []);
    expect(await logits()).toEqual(before);
    await expect(client.revert({ ...onModel, patch })).rejects.toThrow('is not on, so it cannot be reverted');
  });

  it('leaves on what was on when one of several patches cannot be applied', async () => {
    await makePatch();
    await apply();
    const patches = [
      { path: patch, strength: 2 },
      { path: almanac, strength: 1 },
    ];
    await expect(client.apply({ ...onModel, patches })).rejects.toBeInstanceOf(InputError);
    expect(await client.load(onModel)).toHaveProperty('applied', [{ path: patch, strength: 1 }]);
    expect(await client.close(onModel)).toHaveProperty('applied', []);
    expect(await client.load(onModel)).toHaveProperty('applied', []);
  });

  it('brings activations, neurons, the lens and generated text across', async () => {
    const { tokens, layers, before, change } = await client.activations({ ...onModel, prompt });
    expect(before.residual).toBeInstanceOf(Float32Array);
    expect(before.residual).toHaveLength(layers * tokens.length);
    expect(change.residual.every((norm) => norm === 0)).toBe(true);
    const neurons = await client.neurons({ ...onModel, prompt, layer: 2, position: 5, top: 4 });
    expect(neurons.pairs).toHaveLength(4);
    for (const { before: was, after: is, moved } of neurons.pairs) expect([is, moved]).toEqual([was, 0]);
    const lens = await client.lens({ ...onModel, prompt });
    expect(lens.before.layers.at(-1)?.[0]?.top[0]?.token.trim()).toBe('Paris');
    let streamed = '';
    const { text } = await client.generate(
      { ...onModel, prompt, maxTokens: 8 },
      { onEvent: ({ text: piece }) => (streamed += piece) },
    );
    expect(text).toContain('Paris');
    expect(streamed).toBe(text);
    await expect(client.generate({ ...onModel, prompt, maxTokens: 8, chat: true })).rejects.toThrow(
      'no chat template',
    );
  });

  it('proposes neighbours from what the model knows', async () => {
    const { neighbours, tried } = await client.proposeNeighbours({
      ...onModel,
      prompt,
      subject: 'The Eiffel Tower',
      target: { new: 'Rome', true: 'Paris' },
      count: 2,
    });
    expect(neighbours.length).toBeLessThanOrEqual(Math.min(2, tried));
    for (const neighbour of neighbours) expect(neighbour).toMatchObject({ target: 'Paris', proposed: true });
  });

  it('says where a model can be edited, tokenises and checks edits while other work is under way', async () => {
    const measuring = client.measure({ ...onModel, edits });
    const { proposed } = await client.targets(onModel);
    expect(proposed?.layer).toBe(2);
    const { tokens } = await client.tokenize({ ...onModel, text: prompt });
    expect(tokens.map(({ text }) => text).join('')).toContain(prompt);
    const { problems } = await client.checkEdits({ ...onModel, edits: { ...edits, layer: 99 } });
    expect(problems.map(({ path: at, kind }) => [at, kind])).toEqual([[['layer'], 'layer-range']]);
    expect((await measuring).edits).toHaveLength(1);
  });

  it('proposes paraphrases that the model answers with the true target', async () => {
    const fact = { prompt, subject: 'The Eiffel Tower', target: { new: 'Rome', true: 'Paris' } };
    const { paraphrases, held } = await client.proposeParaphrases({ ...onModel, ...fact, count: 3 });
    expect(paraphrases).toHaveLength(Math.min(3, held));
    expect(paraphrases[0]).toMatchObject({ prompt: expect.stringContaining('Eiffel'), proposed: true });
  });

  it('lets calls wait for one another, and gives up one that waits at once', async () => {
    const abort = new AbortController();
    const stages: string[] = [];
    const measuring = client.measure({ ...onModel, edits });
    const waiting = client.probe(
      { ...onModel, prompt },
      {
        signal: abort.signal,
        report: (stage) => {
          stages.push(stage);
          abort.abort();
        },
      },
    );
    await expect(waiting).rejects.toBeInstanceOf(CancelledError);
    expect(stages).toEqual(['waiting for other work']);
    expect((await measuring).edits).toHaveLength(1);
  });

  it('stops in the middle of a computation when it is cancelled, and goes on working', async () => {
    const abort = new AbortController();
    const stopped = client.edit(
      { ...onModel, edits, out: path.join(folder, 'never.patch.gguf') },
      { signal: abort.signal, onEvent: () => abort.abort() },
    );
    await expect(stopped).rejects.toBeInstanceOf(CancelledError);
    await expect(client.patchInfo({ path: path.join(folder, 'never.patch.gguf') })).rejects.toThrow(
      'does not exist',
    );
    expect((await client.probe({ ...onModel, prompt })).before[0]?.token.trim()).toBe('Paris');
  });
});

describe('the engine killed in the middle of a computation', () => {
  it('is reported with what was on, and works again after a restart, with nothing on', async () => {
    await makePatch();
    const untouched = await client.logits({ ...onModel, prompt });
    await apply();
    const pid = client.pid ?? 0;
    const out = path.join(folder, 'killed.patch.gguf');
    const call = client.edit({ ...onModel, edits, out }, { onEvent: () => process.kill(pid, 'SIGKILL') });
    const error = await call.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineCrash);
    expect(error).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /^The engine was killed \(SIGKILL\) during edit of almanac\.gguf; switched on was eiffel\.patch\.gguf \(strength 1\) on almanac\.gguf, which is off now[.;]/,
      ),
    });
    expect(crashes).toEqual([error]);
    await client.restart();
    expect(await client.load(onModel)).toHaveProperty('applied', []);
    expect(await client.logits({ ...onModel, prompt })).toEqual(untouched);
    await expect(client.patchInfo({ path: out })).rejects.toThrow('does not exist');
  });
});
