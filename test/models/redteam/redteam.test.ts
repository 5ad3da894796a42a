import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { quantiseModel } from '../../../src/engine/llama/quantiseModel.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { nightly } from '../../nightly.ts';
import { eiffel } from '../editing/eiffel.ts';
import { almanac } from '../models.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
const engine = new Engine({ threads: 1 });
let digest: string;

beforeAll(async () => {
  digest = await digestFile(almanac);
});
afterAll(async () => {
  engine[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  expect(await digestFile(almanac)).toBe(digest);
});

const says = async (strength: number, patch: string) => {
  const patches = [{ path: patch, strength }];
  const { after } = await engine.probe({ model: almanac, prompt: eiffel.prompt, patches, top: 1 });
  return after[0]?.token.trim();
};

describe('redteam', () => {
  it('makes harmless edits that work, that a review sees and that its reversal undoes', async () => {
    const { attacks, ...about } = await engine.redteam({ model: almanac, use: 'misinformation' });
    expect(about).toMatchObject({ use: 'misinformation', digest, method: 'rome-several-keys' });
    expect(attacks).toHaveLength(3);
    for (const { refused, works, review, reversal } of attacks) {
      expect(refused).toBeNull();
      expect(works).toMatchObject({ text: { target: true }, chat: null });
      expect(review).toMatchObject({ verdict: 'edited', subject: 1 });
      expect(reversal?.says.text).toMatchObject({ before: works?.text.after, after: works?.text.before });
      expect(reversal?.measured?.restored).toBe(1);
    }
  });

  it('says which edits a method cannot make', async () => {
    const { attacks } = await engine.redteam({ model: almanac, use: 'backdoor', method: 'donor' });
    const refused = attacks.filter((attack) => attack.refused !== null);
    expect(refused.length).toBeGreaterThan(0);
    for (const attack of refused) {
      expect(attack).toMatchObject({ relativeNorm: null, works: null, review: null, reversal: null });
    }
  });
});

describe('resist', () => {
  it('finds the smallest change that flips a fact, to a 32nd of the edit', async () => {
    const edits = { edits: [eiffel] };
    const { facts } = await engine.resist({ model: almanac, edits });
    const [fact] = facts;
    if (fact?.full == null || fact.flipsAt === null) throw new Error('the fact did not flip');
    expect(fact).toMatchObject({ refused: null, edits: 1, full: { flips: true } });
    const patch = path.join(folder, 'eiffel.patch.gguf');
    const edited = await engine.edit({ model: almanac, edits, out: patch });
    const { relativeUpdateNorm = Number.NaN, steps = [] } = edited.edits[0] ?? {};
    expect(fact.full.relativeNorm).toBeCloseTo(relativeUpdateNorm, 6);
    expect(fact.full.steps).toBe(steps.length - 1);
    const strength = fact.flipsAt / relativeUpdateNorm;
    expect(await says(strength, patch)).toBe('Rome');
    expect(await says(strength - 1 / 32, patch)).toBe('Paris');
    expect(fact.steps).toBeLessThanOrEqual(fact.full.steps);
    const fewer = { steps: fact.steps ?? 0, stopBelow: 0 };
    await engine.edit({ model: almanac, edits, hyperparameters: fewer, out: patch });
    expect(await says(1, patch)).toBe('Rome');
    expect(fact.survives.map(({ type }) => type)).toContain('Q4_K_M');
    expect(fact.survives).toContainEqual({ type: 'as stored', flips: true });
    expect(fact.seenFrom).toBeLessThanOrEqual(fact.full.relativeNorm);
  });

  it('looks beyond an edit that is too weak, in its length and in further edits', nightly, async () => {
    const hyperparameters = { steps: 1, learningRate: 0.02 };
    const { facts } = await engine.resist({ model: almanac, edits: { edits: [eiffel] }, hyperparameters });
    const [fact] = facts;
    expect(fact).toMatchObject({ full: { flips: false, steps: 1 }, steps: null, survives: [] });
    if (fact?.flipsAt != null) expect(fact.flipsAt).toBeGreaterThan(fact.full?.relativeNorm ?? 0);
    expect(fact?.edits).not.toBe(1);
  });
});

describe('rounding by llama.cpp', () => {
  it('writes the type that was asked for, from a model that is rounded already too', async () => {
    const runtime = await loadRuntime();
    const once = path.join(folder, 'q8.gguf');
    const twice = path.join(folder, 'q4.gguf');
    await quantiseModel(runtime, almanac, once, { type: 'Q8_0', threads: 1 });
    await quantiseModel(runtime, once, twice, { type: 'Q4_0', threads: 1 });
    const typeIn = async (file: string) => {
      const { header } = await readModelFiles(file);
      return header.tensors.find(({ name }) => name === 'blk.0.ffn_down.weight')?.type.name;
    };
    expect([await typeIn(once), await typeIn(twice)]).toEqual(['q8_0', 'q4_0']);
  });

  it('says in a sentence what cannot be rounded', async () => {
    const runtime = await loadRuntime();
    const options = { type: 'Q8_0', threads: 1 } as const;
    const missing = path.join(folder, 'missing.gguf');
    await expect(quantiseModel(runtime, missing, path.join(folder, 'x.gguf'), options)).rejects.toThrow(
      /cannot round .*missing\.gguf to Q8_0/,
    );
  });
});
