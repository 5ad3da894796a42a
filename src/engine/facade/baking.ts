import { stat } from 'node:fs/promises';
import type { Edit } from '../../protocol/edits.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Baked } from '../../protocol/patches.ts';
import type { Probe } from '../../protocol/probe.ts';
import { quoted } from '../../text/visible.ts';
import { bake } from '../editing/patches/bake.ts';
import { readPatch } from '../editing/patches/readPatch.ts';
import { unusedFactors } from '../editing/patches/unusedFactors.ts';
import { InputError } from '../errors.ts';
import { digestFile } from '../files/digest.ts';
import { compareReadings, readProbes } from '../inspection/locality.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { probesOf } from '../inspection/probes.ts';
import { Model } from '../llama/model.ts';
import { casesOf } from '../measures/cases.ts';
import { counterfact } from '../measures/counterfact.ts';
import { phases, type Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';

/**
 * Writes a checkpoint with the patches in its weights, and reads it again: the patches' own prompts, and the probes of
 * `edits` where given, in the base and in the checkpoint. Patches for another base are refused, as when applied.
 */
export async function bakeModel(
  loaded: LoadedModel,
  { patches, out, edits }: EngineParams['bake'],
  work: Work,
): Promise<Baked> {
  const { model, threads } = loaded;
  const [checking, first, writing, loading, second, hashing] = phases(work, [1, 1, 4, 1, 1, 1]);
  await expectUsed(loaded, patches, checking);
  const probes = await probesFor(patches, edits?.edits ?? []);
  const base = loaded.reading(0);
  base.setAdapters([]);
  const before = await readProbes(base, probes, first);
  const tensors = await bake(model.runtime, model.path, patches, out, writing);

  using checkpoint = await Model.load(out, loading);
  using context = new ProbeContext(checkpoint, { threads });
  const comparisons = compareReadings(before, await readProbes(context, probes, second));
  const { size } = await stat(out);
  return {
    model: model.path,
    out,
    digest: await digestFile(out, hashing),
    bytes: size,
    tensors,
    probes: comparisons,
    counterfact: counterfact(casesOf(comparisons)),
  };
}

/** Passes patches that llama.cpp applies whole: what it ignores when they are on must not come to act by baking. */
async function expectUsed(
  loaded: LoadedModel,
  patches: EngineParams['bake']['patches'],
  work: Work,
): Promise<void> {
  for (const patch of patches) {
    const on = await loaded.adapters([patch], work);
    if (patch.strength === 0) continue;
    const { tensors } = await readPatch(patch.path);
    const targets = tensors.map(({ target }) => target);
    const [unused] = await unusedFactors(loaded.tapped(1), on, targets, work.signal);
    if (unused === undefined) continue;
    throw new InputError(
      `${patch.path} changes ${quoted(unused)}, where llama.cpp applies no adapter; baked, it would do what it does not do when it is applied.`,
    );
  }
}

/** What the patches say they edit; an edit of the same id in the edits file brings its probes along. */
async function probesFor(patches: EngineParams['bake']['patches'], edits: readonly Edit[]): Promise<Probe[]> {
  const asked = new Map<string, Edit>();
  for (const { path } of patches) {
    const { description } = await readPatch(path);
    for (const { id, prompt, subject, occurrence, target, space } of description?.edits ?? []) {
      asked.set(id, { id, prompt, subject, occurrence, target, space });
    }
  }
  for (const edit of edits) if (asked.size === 0 || asked.has(edit.id)) asked.set(edit.id, edit);
  return [...asked.values()].flatMap(probesOf);
}
