import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputedPatch, computePatch } from '../../../src/engine/editing/computePatch.ts';
import { keySimilarity } from '../../../src/engine/editing/keySimilarity.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { planEdits } from '../../../src/engine/editing/planEdits.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { dequantise } from '../../../src/engine/weights/quantise.ts';
import { almanac } from '../models.ts';
import { eiffel, file, quick } from './eiffel.ts';

describe('what an edit is compared with', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let model: Model;
  let session: EditSession;
  let patch: ComputedPatch;

  beforeAll(async () => {
    model = await Model.load(almanac);
    session = await EditSession.open(model);
    const options = { cacheFolder: folder, hyperparameters: quick };
    patch = await computePatch(session, planEdits(session, file, [eiffel], options), options);
  });
  afterAll(() => {
    session[Symbol.dispose]();
    model.dispose();
    rmSync(folder, { recursive: true });
  });
  const done = () => {
    const [edit] = patch.edits;
    if (edit === undefined) throw new Error('nothing was computed');
    return edit;
  };

  it("holds the update's norm against the whole weight", async () => {
    const info = session.files.header.tensors.find(({ name }) => name === 'blk.2.ffn_down.weight');
    if (info === undefined) throw new Error('no such tensor');
    const weight = dequantise(
      model.runtime,
      info.type.id,
      await readTensorBytes(session.files, info),
      info.ne,
    );
    const { computed, relativeUpdateNorm } = done();
    const norm = Math.sqrt(weight.reduce((sum, x) => sum + x * x, 0));
    expect(relativeUpdateNorm).toBeCloseTo(computed.updateNorm / norm, 8);
  });

  it('finds the edited prompt itself at its own key, and a neighbour far from it', async () => {
    const { computed } = done();
    const [own, neighbour] = await keySimilarity(session, computed, [
      eiffel.prompt,
      'The Louvre Museum is located in the city of',
    ]);
    expect(own?.response).toBeGreaterThan(0.8);
    expect(own?.response).toBeLessThan(1.2);
    expect(own?.cosine).toBeGreaterThan(0.8);
    expect(own?.token).toBe(' Tower');
    expect(Math.abs(neighbour?.response ?? 1)).toBeLessThan(0.8 * (own?.response ?? 0));
    expect(neighbour?.cosine).toBeLessThan(own?.cosine ?? 0);
  });

  it('says the same of a prompt whatever stands beside it, also over several decodes', async () => {
    const { computed } = done();
    const prompts = Array.from({ length: 40 }, (_, i) => `${i} visitors saw the Louvre Museum in`);
    const all = await keySimilarity(session, computed, prompts);
    const alone = await keySimilarity(session, computed, prompts.slice(33, 34));
    expect(all).toHaveLength(40);
    expect(all[33]?.prompt).toBe(prompts[33]);
    expect(all[33]?.response).toBeCloseTo(alone[0]?.response ?? Number.NaN, 2);
  });

  it('is reported for the neighbourhood probes of the edit, and kept in the patch', async () => {
    const out = path.join(folder, 'kept.gguf');
    await writePatch(model.runtime, out, patch.contents, session.files.paths);
    const { description } = await readPatch(out);
    const [kept] = description?.edits ?? [];
    expect(kept?.keySimilarity).toEqual(done().keySimilarity);
    expect(kept?.keySimilarity?.map(({ prompt }) => prompt)).toEqual([
      eiffel.probes?.neighbourhood?.[0]?.prompt,
    ]);
    expect(kept?.relativeUpdateNorm).toBe(done().relativeUpdateNorm);
    expect(kept?.curve).toHaveLength((kept?.steps ?? 0) + 1);
    expect(kept?.layerReason).toContain('almanac');
  });

  it('is missing from the patches of earlier versions, which are read all the same', async () => {
    const out = path.join(folder, 'early.gguf');
    const edits = patch.contents.edits.map(
      ({ curve: _, keySimilarity: __, relativeUpdateNorm: ___, layerReason: ____, ...early }) => early,
    );
    await writePatch(model.runtime, out, { ...patch.contents, edits }, session.files.paths);
    expect((await readPatch(out)).description?.edits).toEqual(edits);
  });
});
