import type { EngineParams } from '../../protocol/engine.ts';
import type { Inspected } from '../../protocol/inspection.ts';
import { namedModel } from '../../protocol/lineage.ts';
import { visible } from '../../text/visible.ts';
import { expectModel } from '../gguf/kind.ts';
import { lineageOf } from '../gguf/lineage.ts';
import { freeMemory } from '../llama/devices.ts';
import { expectMemory, memoryNeed } from '../llama/memory.ts';
import { Model } from '../llama/model.ts';
import { loadRuntime } from '../llama/runtime.ts';
import { RemoteModels } from '../remote/remoteModels.ts';
import { notRun, readCheckpoint } from '../safetensors/checkpoint.ts';
import { toolVersion } from '../version.ts';
import type { EngineWork } from '../work/engineApi.ts';
import { phases } from '../work/progress.ts';
import { KeyReader } from './attribution/keyReader.ts';
import shipped from './attribution/names.json';
import { namesInLayers } from './attribution/namesInLayers.ts';
import { attributeToOutliers } from './attribution/outliers.ts';
import { saidOnlyWithDirections } from './attribution/suspects.ts';
import { depthAnomaly } from './depthAnomaly.ts';
import { leadingDirections } from './difference/leadingDirections.ts';
import { fetchToRun } from './far.ts';
import { evidenceOf } from './inspectEvidence.ts';
import { ratesSentence } from './inspectRates.ts';
import { suspicionSentence, templateSuspicions } from './templates/templateFindings.ts';
import { notAsked } from './untilCrash.ts';

/** Layers that are looked at closely, the strangest over depth. */
const maxSuspects = 3;

/**
 * Looks for an edit without the base: down-projections whose leading direction is strange over depth, answers to one
 * name, and decides what the model says of it; and names at which a layer adds more than their keys lead to expect, and
 * of which it says something only because of that. Weaker than a review against the base.
 */
export async function inspectModel(
  candidate: string,
  options: Omit<EngineParams['inspect'], 'candidate'>,
  threads: number | undefined,
  work: EngineWork<'inspect'> = {},
): Promise<Inspected> {
  await using remote = new RemoteModels(options, work);
  return await remote.named(() => inspectWith(remote, candidate, options, threads, work));
}

async function inspectWith(
  remote: RemoteModels,
  name: string,
  { subjects = [] }: Omit<EngineParams['inspect'], 'candidate'>,
  threads: number | undefined,
  work: EngineWork<'inspect'>,
): Promise<Inspected> {
  const place = await remote.at(name);
  const candidate = remote.called(place);
  const files = await readCheckpoint(place, { signal: work.signal });
  expectModel(files.header);
  const runs = files.safetensors === undefined;
  const runtime = await loadRuntime();
  if (runs) expectMemory(candidate, memoryNeed(files.header), freeMemory(runtime));
  const count = threads ?? runtime.threads;
  const far = remote.missing(files.paths) > 0;
  const [looking, downloading, loading, reading, asking] = phases(work, [1, far ? 6 : 0, 1, 6, 3]);
  const weights = await leadingDirections(files, count, looking);
  const strangeness = depthAnomaly(weights.map(({ ratio }) => Math.log(ratio)));
  const order = [...weights.keys()].sort((a, b) => (strangeness[b] as number) - (strangeness[a] as number));
  const strange = order.slice(0, maxSuspects).flatMap((index) => {
    const weight = weights[index];
    return weight === undefined ? [] : [{ index, ...weight, strangeness: strangeness[index] as number }];
  });
  const templates = await templateSuspicions(files);
  const ofTemplates = templates.map(suspicionSentence);
  const ofOrigin = lineageOf(files.header).bases.map(
    (base) =>
      `The metadata say that it was made from ${visible(namedModel(base))}; a review against that finds far more.`,
  );
  const ofWeights = (why: string): Inspected => ({
    verdict: 'cannot tell',
    evidence: [`What the model says could not be measured: ${why}`, ...ofTemplates, ...ofOrigin],
    suspects: strange.map(({ change, ratio, strangeness: how }) => ({
      tensor: change.diff.pair.name,
      strangeness: how,
      ratio,
      subjects: [],
      objects: [],
    })),
    outliers: [],
    templates,
    candidate,
    tool: toolVersion,
  });
  if (!runs) return ofWeights(notRun(files));
  work.onEvent?.(ofWeights(notAsked));
  const isWhole = await fetchToRun(remote, files.paths, downloading);
  if (isWhole !== true) return ofWeights(isWhole);
  using model = await Model.load(files.paths[0] ?? '', loading);
  const changes = weights.map(({ change }) => change);
  const tensors = changes.map(({ diff }) => diff.pair.name);
  using reader = new KeyReader(model, tensors, count, { values: true });
  const asked = { model, files, names: [...subjects, ...shipped], threads: count };
  const read = await namesInLayers(reader, changes, asked.names, reading);
  const chosen = strange.map(({ index, ...weight }) => ({
    ...weight,
    subjects: [...(read.subjects[index] ?? [])],
  }));
  const [ofDirections, ofOutliers] = phases(asking, [1, 1]);
  const said = await saidOnlyWithDirections(asked, chosen, ofDirections);
  const suspects = chosen.map(({ change, ratio, ...suspect }, index) => ({
    tensor: change.diff.pair.name,
    ratio,
    ...suspect,
    objects: said[index] ?? [],
  }));
  const outliers = await attributeToOutliers(asked, reader, changes, read, ofOutliers);
  const { verdict, evidence } = evidenceOf({ suspects, outliers });
  return {
    verdict,
    evidence: [...evidence, ratesSentence(weights.length), ...ofTemplates, ...ofOrigin],
    suspects,
    outliers,
    templates,
    candidate,
    tool: toolVersion,
  };
}
