import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computePatch } from '../../../src/engine/editing/computePatch.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { layerCovariance } from '../../../src/engine/editing/keys/covarianceCache.ts';
import { layerNullSpace, nullSpaceOf } from '../../../src/engine/editing/keys/layerNullSpace.ts';
import { locate } from '../../../src/engine/editing/keys/lookup.ts';
import { lookupStates } from '../../../src/engine/editing/keys/lookupStates.ts';
import { readPatch } from '../../../src/engine/editing/patches/readPatch.ts';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import { type PatchOptions, planEdits } from '../../../src/engine/editing/planEdits.ts';
import type { Covariance } from '../../../src/engine/editing/session/covariance.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { argmax } from '../../../src/engine/inspection/nextToken.ts';
import { PositiveDefinite } from '../../../src/engine/linalg/positiveDefinite.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import { Context } from '../../../src/engine/llama/context.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import { PackedSymmetric } from '../../../src/engine/numeric/packedSymmetric.ts';
import { norm } from '../../../src/engine/numeric/vector.ts';
import type { Method } from '../../../src/protocol/edits.ts';
import { nightly } from '../../nightly.ts';
import { almanac } from '../models.ts';
import { TinyModels } from '../tiny/write.ts';
import { capital, eiffel, file, quick } from './eiffel.ts';

describe('edits that are computed together', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let model: Model;
  let session: EditSession;
  let context: Context;
  beforeAll(async () => {
    model = await Model.load(almanac);
    session = await EditSession.open(model);
    context = new Context(model, { size: 256, tapped: true });
  });
  afterAll(() => {
    context.dispose();
    session[Symbol.dispose]();
    model.dispose();
    rmSync(folder, { recursive: true });
  });

  async function compute(options: PatchOptions) {
    const all = {
      cacheFolder: folder,
      ...options,
      hyperparameters: { ...quick, ...options.hyperparameters },
    };
    const patch = await computePatch(session, planEdits(session, file, file.edits, all), all);
    const out = path.join(folder, 'batch.gguf');
    await writePatch(model.runtime, out, patch.contents, session.files.paths);
    return { patch, out };
  }

  /** Of keys that are independent; disposed of with the session. */
  async function diagonalCovariance(values: readonly number[]): Promise<Covariance> {
    const matrix = new PackedSymmetric(values.length);
    for (const [i, value] of values.entries()) matrix.row(i)[i] = value;
    const solver = await PositiveDefinite.of(session.devices, matrix);
    const covariance = { solver, samples: values.length, meanSquare: 1, condition: 1 };
    session.covariances.set(`of ${values}`, covariance);
    return covariance;
  }

  async function answers(out?: string): Promise<string[]> {
    using adapter = out === undefined ? undefined : Adapter.load(model, out);
    context.setAdapters(adapter === undefined ? [] : [{ adapter, strength: 1 }]);
    const found: string[] = [];
    for (const prompt of [eiffel.prompt, capital.prompt, 'The Louvre Museum is located in the city of']) {
      context.clear();
      const tokens = model.tokenizer.prompt(prompt);
      await context.decode(new TokenBatch(TokenBatch.sequence(tokens)));
      found.push(model.tokenizer.piece(argmax(context.logits(tokens.length - 1))));
    }
    context.setAdapters([]);
    return found;
  }

  type ManyAtOnce = PatchOptions & { readonly method: Method };
  async function areInOnePatch(options: ManyAtOnce): Promise<void> {
    const { patch, out } = await compute(options);
    expect(await answers()).toEqual([' Paris', ' Rome', ' Paris']);
    expect(await answers(out)).toEqual([' Rome', ' Madrid', ' Paris']);
    expect(patch.sequence).toBeNull();
    // the embedded model's own is three layers; EMMET writes one
    const below = options.method === 'emmet' ? 1 : (options.hyperparameters?.spread ?? 3);
    // BLUE writes the first and the last of them
    const layers = options.method.endsWith('-blue') ? [0, 2] : [0, 1, 2].slice(-below);
    const { description, tensors } = await readPatch(out);
    expect(tensors.map(({ target, rank }) => [target, rank])).toEqual(
      layers.map((layer) => [`blk.${layer}.ffn_down.weight`, 2]),
    );
    expect(description?.edits.map((edit) => [edit.method, edit.layer, edit.layers])).toEqual(
      file.edits.map(() => [options.method, 2, layers.length > 1 ? layers : undefined]),
    );
    // what is switched on for the layers above does not stay
    expect(session.applied).toEqual([]);
  }
  const inOnePatch = 'are all in one patch, and the neighbour is left alone: %o';
  it.each<ManyAtOnce>([
    { method: 'memit', hyperparameters: { preserve: 0.02, spread: 2 } },
    { method: 'emmet' },
    { method: 'alphaedit', hyperparameters: { spread: 1 } },
    { method: 'alphaedit-blue' },
    { method: 'sphere' },
    { method: 'suit' },
  ])(inOnePatch, areInOnePatch);
  it.for<ManyAtOnce>([
    { method: 'memit', hyperparameters: { preserve: 0.02, spread: 1 } },
    { method: 'alphaedit' },
    { method: 'memit-blue', hyperparameters: { preserve: 0.02 } },
  ])(inOnePatch, nightly, areInOnePatch);

  it('by UltraEdit need no subject and no search', async () => {
    for (const [rate, said] of [
      [undefined, [' Rome', ' Madrid']],
      [1e-3, [' Paris', ' Rome']],
    ] as const) {
      const hyperparameters = rate === undefined ? {} : { ultraRate: rate };
      const { out } = await compute({ method: 'ultraedit', hyperparameters });
      expect((await answers(out)).slice(0, 2)).toEqual(said);
      const { description } = await readPatch(out);
      expect(description?.edits.map(({ method }) => method)).toEqual(['ultraedit', 'ultraedit']);
    }
  });

  it('can come one after the other, and the model is watched meanwhile', async () => {
    const { patch, out } = await compute({ method: 'alphaedit', batch: 1 });
    expect(await answers(out)).toEqual([' Rome', ' Madrid', ' Paris']);
    expect(patch.sequence?.stopped).toBeNull();
    expect(patch.sequence?.batches.map(({ edits }) => edits)).toEqual([1, 1]);
    for (const { perplexity, fluency } of patch.sequence?.batches ?? []) {
      expect(perplexity).toBeGreaterThan(0.8);
      expect(perplexity).toBeLessThan(1.5);
      expect(fluency).toBeGreaterThan(0.7);
    }
  });

  it('stop before the model collapses, and keep what came before', async () => {
    // a value of this length in a later layer drowns whatever else the model says
    const violent = { ...capital, id: 'violent', layer: 0 };
    const hyperparameters = {
      ...quick,
      learningRate: 200,
      rateIn: 'one',
      clamp: 5000,
      stopBelow: -1,
      steps: 8,
    } as const;
    const options = { method: 'rome', cacheFolder: folder, hyperparameters } as const;
    await expect(
      computePatch(session, planEdits(session, file, [violent, eiffel], options), options),
    ).rejects.toThrow(/no edit can be kept/);
  });

  it('share a null space that the keys of ordinary text hardly enter', async () => {
    const hyperparameters = { ...defaults, ...quick, nullSpace: 0.005 };
    const covariance = await layerCovariance(session, 2, hyperparameters, { cacheFolder: folder });
    const found = await layerNullSpace(session, 2, covariance, hyperparameters, { cacheFolder: folder });
    expect(found.dimension).toBeGreaterThan(0);
    expect(found.dimension).toBeLessThan(1024);
    const [state] = await lookupStates(session, [locate(model, { ...capital, subject: 'capital' })], {
      layer: 2,
      top: 2,
    });
    if (state === undefined) throw new Error('nothing was read');
    const [once = state.key] = await found.project([state.key]);
    expect(norm(once)).toBeLessThan(0.7 * norm(state.key));
    const [twice] = await found.project([once]);
    for (const [i, x] of once.entries()) expect(twice?.[i]).toBeCloseTo(x, 5);

    session.nullSpaces.clear();
    const again = await layerNullSpace(session, 2, covariance, hyperparameters, { cacheFolder: folder });
    expect(await again.project([state.key])).toEqual([once]);
    const wider = { ...hyperparameters, nullSpace: 0.01 };
    const other = await layerNullSpace(session, 2, covariance, wider, { cacheFolder: folder });
    expect(other.dimension).toBeGreaterThan(found.dimension);
  });

  it('take the least used directions into it, as many as hold the share of energy', async () => {
    const energies = [60, 1, 30, 2, 7];
    const [n, ridge, meanSquare] = [energies.length, 0.1, 20];
    const covariance = {
      ...(await diagonalCovariance(energies.map((energy) => energy + ridge * meanSquare))),
      meanSquare,
    };
    const inside = async (nullSpace: number) => {
      const file = path.join(folder, `eigenvectors-five-${nullSpace}.gguf`);
      const place = { file, madeFrom: [5, nullSpace], about: 'five' };
      const found = await nullSpaceOf(session, covariance, { ridge, nullSpace }, place);
      const [kept = new Float64Array()] = await found.project([new Float64Array(n).fill(1)]);
      session.nullSpaces.clear();
      const again = await nullSpaceOf(session, covariance, { ridge, nullSpace }, place);
      expect(again).toEqual(found);
      expect(found.dimension).toBe(kept.filter((x) => x > 0.5).length);
      return [...kept].map((x) => Math.abs(Math.round(x)));
    };
    expect(await inside(0.005)).toEqual([0, 0, 0, 0, 0]);
    expect(await inside(0.035)).toEqual([0, 1, 0, 1, 0]);
    expect(await inside(0.11)).toEqual([0, 1, 0, 1, 1]);
    expect(await inside(0.39)).toEqual([0, 1, 0, 1, 1]);
    expect(await inside(1.01)).toEqual([1, 1, 1, 1, 1]);
  });

  it('write one layer of a model that norms what its MLPs add, and refuse several', async () => {
    using models = new TinyModels();
    using gemma = await models.load('gemma2');
    using other = await EditSession.open(gemma);
    const options: PatchOptions = {
      method: 'memit',
      cacheFolder: folder,
      hyperparameters: { ...quick, templates: [], steps: 2 },
    };
    const planned = planEdits(other, file, file.edits, options);
    const { contents, edits } = await computePatch(other, planned, options);
    expect(new Set(contents.updates.map(({ layer }) => layer)).size).toBe(1);
    for (const { computed } of edits) {
      // what is asked of the layer is δ itself
      const [update] = computed.updates;
      expect(norm(update?.left ?? new Float64Array())).toBeGreaterThan(0);
    }
    const spread = planEdits(other, file, file.edits, {
      ...options,
      layer: 1,
      hyperparameters: { ...options.hyperparameters, spread: 2 },
    });
    await expect(computePatch(other, spread, options)).rejects.toThrow(
      /norms what its MLPs add, .* spread over 2 of them; set the hyperparameter spread to 1/,
    );
  });

  it('refuse a null space from fewer samples than the key has numbers', async () => {
    const covariance = { ...(await diagonalCovariance([1, 1])), samples: 1 };
    const place = { file: path.join(folder, 'never.gguf'), madeFrom: [], about: '' };
    await expect(nullSpaceOf(session, covariance, { ridge: 0, nullSpace: 0.1 }, place)).rejects.toThrow(
      /at least 2 samples/,
    );
  });

  it('are read at the lookup token as a decode of the prompt alone reads it', async () => {
    const prompts = [eiffel, capital].map((fact) => locate(model, fact));
    const together = await lookupStates(session, prompts, { layer: 1, top: 2 });
    for (const [i, { tokens, lookup }] of prompts.entries()) {
      let residual = new Float32Array();
      context.clear();
      await context.tap?.during(
        {
          wants: ({ name }) => name === 'l_out-2',
          visit: (node) => {
            residual = Float32Array.from(node.read());
          },
        },
        () => context.decode(new TokenBatch(TokenBatch.sequence(tokens))),
      );
      const alone = residual.subarray(lookup * model.embedding, (lookup + 1) * model.embedding);
      const own = together[i]?.residual ?? new Float64Array();
      const difference = norm(own.map((x, j) => x - (alone[j] ?? 0)));
      expect(difference).toBeLessThan(1e-3 * norm(own));
    }
  });
});
