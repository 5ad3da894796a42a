import path from 'node:path';
import type { EditsFile } from '../../../protocol/edits.ts';
import type { Counterfact } from '../../../protocol/measures.ts';
import { InputError } from '../../errors.ts';
import { scratchFolder } from '../../files/scratchFolder.ts';
import { compareReadings, readProbes } from '../../inspection/locality.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { probesOf } from '../../inspection/probes.ts';
import { Adapter } from '../../llama/adapter.ts';
import { casesOf } from '../../measures/cases.ts';
import { counterfact } from '../../measures/counterfact.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import { computePatch } from '../computePatch.ts';
import { computeCovariances } from '../keys/covarianceCache.ts';
import { writePatch } from '../patches/writePatch.ts';
import { type PatchOptions, planEdits } from '../planEdits.ts';
import { editableLayers } from '../session/editableLayers.ts';
import { covarianceBytes, editNeed } from '../session/editMemory.ts';
import type { EditSession } from '../session/session.ts';

/** How a layer did: the CounterFact measures of the sweep's edits, each computed and applied alone. */
export interface SweptLayer {
  readonly layer: number;
  readonly measures: Counterfact;
  /** Seconds an edit, without the layer's covariance. */
  readonly seconds: number;
}

/** Edits that a sweep tries on each layer. */
const maxEdits = 8;
/** Layers that a sweep tries when nobody names them: this many, evenly over the first half of the depth. */
const maxLayers = 8;

/** The layers that a sweep tries: published ones lie in the first half of the depth. */
export function layersToSweep({ files }: EditSession): number[] {
  const layers = editableLayers(files);
  const last = Math.max(1, Math.floor(layers.length / 2));
  const tried = Array.from(
    { length: maxLayers },
    (_, i) => 1 + Math.round((i * (last - 1)) / (maxLayers - 1)),
  );
  return [...new Set(tried)].filter((layer) => layers[layer]?.editable);
}

/**
 * Computes the first edits of a file at several layers and measures each, alone, by its probes: the best layer is the
 * one with the highest score S. Causal tracing does not predict it (2301.04213).
 *
 * @throws InputError when the edits have no probes to judge a layer by
 */
export async function sweepLayers(
  session: EditSession,
  file: EditsFile,
  layers: readonly number[],
  options: PatchOptions,
  work: Work = {},
): Promise<SweptLayer[]> {
  const edits = file.edits.filter(
    ({ target, probes }) => target.true && probes?.paraphrase && probes.neighbourhood,
  );
  if (edits.length === 0) {
    throw new InputError(
      'A layer sweep needs edits with a true target, paraphrases and neighborhood probes.',
    );
  }
  const tried = edits.slice(0, maxEdits);
  await using scratch = await scratchFolder();
  const patch = path.join(scratch.path, 'patch.gguf');
  using context = new ProbeContext(session.model, { threads: session.devices.threads });
  const swept: SweptLayer[] = [];
  // most edits ask for one covariance, which is large to read
  const asked = planEdits(session, file, tried, options).map(({ hyperparameters: { ridge, samples } }) => ({
    ridge,
    samples,
  }));
  const samplings = new Map(asked.map((sampling) => [JSON.stringify(sampling), sampling]));
  const groups = inGroups(layers, layersTogether(session));
  for (const [place, group] of groups.entries()) {
    const [gathering, trying] = phases(
      parted(work, place, groups.length, `layers ${group.join(', ')}`),
      [1, 1],
    );
    for (const sampling of samplings.values()) {
      await computeCovariances(session, group, sampling, options, gathering);
    }
    for (const [index, layer] of group.entries()) {
      const own = parted(trying, index, group.length, `layer ${layer}`);
      const cases = [];
      let seconds = 0;
      for (const [number, plan] of planEdits(session, file, tried, { ...options, layer }).entries()) {
        const one = parted(own, number, tried.length, plan.edit.id);
        const { contents, edits } = await computePatch(session, [plan], options, one);
        for (const { computed } of edits) seconds += sum(Object.values(computed.times)) / 1000;
        await writePatch(session.model.runtime, patch, contents, session.files.paths);
        cases.push(...casesOf(await readWith(context, patch, plan.edit, work)));
      }
      swept.push({ layer, measures: counterfact(cases), seconds: seconds / tried.length });
    }
    if (groups.length > 1) session.releaseCovariances();
  }
  return swept.sort((a, b) => (b.measures.after.score ?? 0) - (a.measures.after.score ?? 0));
}

/** Layers whose covariances fit into memory beside what an edit takes; they are gathered in one pass over the text. */
function layersTogether({ files, memory }: EditSession): number {
  const free = memory - editNeed(files.header).least;
  return Math.max(1, Math.floor(free / covarianceBytes(files.header)));
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

async function readWith(context: ProbeContext, patch: string, edit: EditsFile['edits'][number], work: Work) {
  const probes = probesOf(edit);
  const options = { signal: work.signal };
  const before = await readProbes(context, probes, options);
  using adapter = Adapter.load(context.model, patch);
  context.setAdapters([{ adapter, strength: 1 }]);
  try {
    return compareReadings(before, await readProbes(context, probes, options));
  } finally {
    context.setAdapters([]);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
