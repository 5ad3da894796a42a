import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { argmax } from '../../../src/engine/inspection/nextToken.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { type Applied, Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import type { Method } from '../../../src/protocol/edits.ts';
import { almanac } from '../models.ts';
import { capital, eiffel, file, quick } from './eiffel.ts';

describe('a patch', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let model: Model;
  let session: EditSession;
  let context: Context;
  let digest: string;

  beforeAll(async () => {
    digest = await digestFile(almanac);
    model = await Model.load(almanac);
    session = await EditSession.open(model);
    context = new Context(model, { size: 256 });
  });
  afterAll(() => {
    context.dispose();
    session[Symbol.dispose]();
    model.dispose();
    rmSync(folder, { recursive: true });
  });

  async function logits(prompt: string, applied: readonly Applied[] = []): Promise<Float32Array> {
    context.setAdapters(applied);
    context.clear();
    const tokens = model.tokenizer.prompt(prompt);
    await context.decode(new TokenBatch(TokenBatch.sequence(tokens)));
    context.setAdapters([]);
    return context.logits(tokens.length - 1);
  }
  const answer = async (prompt: string, applied: readonly Applied[] = []) =>
    model.tokenizer.piece(argmax(await logits(prompt, applied)));

  async function compute(ids: readonly string[], name: string, method?: Method, signal?: AbortSignal) {
    const edits = file.edits.filter(({ id }) => ids.includes(id));
    const options = { method, cacheFolder: folder, hyperparameters: quick };
    const patch = await computePatch(session, planEdits(session, file, edits, options), options, { signal });
    const out = path.join(folder, name);
    await writePatch(model.runtime, out, patch.contents, session.files.paths);
    return { out, patch };
  }

  it.each(['rome', 'r-rome', 'rome-several-keys'] as const)(
    'of %s changes the fact and nothing of the base, and leaves nothing behind',
    async (method) => {
      const before = await logits(eiffel.prompt);
      const { out } = await compute(['eiffel-tower'], `${method}.gguf`, method);
      const adapter = Adapter.load(model, out);
      expect(await answer(eiffel.prompt)).toBe(' Paris');
      expect(await answer(eiffel.prompt, [{ adapter, strength: 1 }])).toBe(' Rome');
      expect(await answer('The Louvre Museum is located in the city of', [{ adapter, strength: 1 }])).toBe(
        ' Paris',
      );
      expect(await logits(eiffel.prompt, [{ adapter, strength: 0 }])).toEqual(before);
      adapter.dispose();
      expect(await logits(eiffel.prompt)).toEqual(before);
      expect(await digestFile(almanac)).toBe(digest);
    },
  );

  it('says what it is', async () => {
    const { out } = await compute(['eiffel-tower'], 'described.gguf');
    const { description, tensors, architecture } = await readPatch(out);
    expect(architecture).toBe('llama');
    expect(tensors).toEqual([{ target: 'blk.2.ffn_down.weight', rank: 1 }]);
    expect(description?.base).toEqual({ digest, name: 'almanac.gguf', architecture: 'llama' });
    expect(description?.edits[0]).toMatchObject({ id: 'eiffel-tower', subject: 'Eiffel Tower', layer: 2 });
    expect(description?.edits[0]?.nll[1]).toBeLessThan(description?.edits[0]?.nll[0] ?? 0);
    expect(statSync(out).size).toBeLessThan(32 * 1024);
  });

  it('holds several edits, each computed on top of those before', async () => {
    const { out, patch } = await compute(['eiffel-tower', 'italy'], 'both.gguf');
    expect(patch.contents.updates).toHaveLength(2);
    using adapter = Adapter.load(model, out);
    expect(await answer(eiffel.prompt, [{ adapter, strength: 1 }])).toBe(' Rome');
    expect(await answer(capital.prompt, [{ adapter, strength: 1 }])).toBe(' Madrid');
    expect((await readPatch(out)).tensors[0]?.rank).toBe(2);
  });

  it('works together with another, and each can be reverted alone', async () => {
    const first = await compute(['eiffel-tower'], 'first.gguf');
    const second = await compute(['italy'], 'second.gguf');
    using a = Adapter.load(model, first.out);
    using b = Adapter.load(model, second.out);
    const both = [a, b].map((adapter) => ({ adapter, strength: 1 }));
    expect(await answer(eiffel.prompt, both)).toBe(' Rome');
    expect(await answer(capital.prompt, both)).toBe(' Madrid');
    expect(await answer(eiffel.prompt, both.slice(1))).toBe(' Paris');
    expect(await answer(capital.prompt, both.slice(1))).toBe(' Madrid');
  });

  it('is the same bytes when it is computed again', async () => {
    const first = await compute(['eiffel-tower'], 'once.gguf');
    const second = await compute(['eiffel-tower'], 'twice.gguf');
    expect(await digestFile(second.out)).toBe(await digestFile(first.out));
  });

  it('is not written, nor anything else, when its edit is cancelled', async () => {
    const abort = new AbortController();
    const files = readdirSync(folder);
    setTimeout(() => abort.abort(), 30);
    await expect(compute(['eiffel-tower'], 'never.gguf', 'rome', abort.signal)).rejects.toThrow(/cancel/i);
    expect(readdirSync(folder)).toEqual(files);
    expect(await answer(eiffel.prompt)).toBe(' Paris');
  });

  it('refuses to protect more facts than fit into one pass', async () => {
    const sameSubject = Array.from({ length: 80 }, (_, i) => ({
      prompt: `${i} people say that the Eiffel Tower is in`,
      target: 'France',
    }));
    const edit = { ...eiffel, probes: { sameSubject } };
    const options = { cacheFolder: folder, hyperparameters: quick, protect: true };
    const planned = planEdits(session, file, [edit], options);
    await expect(computePatch(session, planned, options)).rejects.toThrow(/at most 64/);
  });

  it('loads in node-llama-cpp, which knows nothing of this tool', async () => {
    const { out } = await compute(['eiffel-tower'], 'elsewhere.gguf');
    const { getLlama, LlamaCompletion } = await import('node-llama-cpp');
    const llama = await getLlama({ build: 'never', gpu: false });
    const other = await llama.loadModel({ modelPath: almanac });
    const answers: string[] = [];
    for (const adapters of [[], [{ filePath: out }]]) {
      const plain = await other.createContext({ contextSize: 256, lora: { adapters } });
      const completion = new LlamaCompletion({ contextSequence: plain.getSequence() });
      answers.push(await completion.generateCompletion(eiffel.prompt, { maxTokens: 1, temperature: 0 }));
      await plain.dispose();
    }
    expect(answers).toEqual([' Paris', ' Rome']);
    await other.dispose();
  });
});
