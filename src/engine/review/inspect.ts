import type { EngineParams } from '../../protocol/engine.ts';
import type { Inspected } from '../../protocol/review.ts';
import { expectModel } from '../gguf/kind.ts';
import { readModelFiles } from '../gguf/split.ts';
import { expectMemory, memoryNeed } from '../llama/memory.ts';
import { Model } from '../llama/model.ts';
import { loadRuntime } from '../llama/runtime.ts';
import { phases, type Work } from '../progress.ts';
import { toolVersion } from '../version.ts';
import { depthAnomaly } from './depthAnomaly.ts';
import { leadingDirections } from './difference/leadingDirections.ts';
import { ratesSentence } from './inspectRates.ts';
import names from './tracing/names.json';
import { traceOutliers } from './tracing/outliers.ts';
import { answersToOne, traceSuspects } from './tracing/suspects.ts';

/** Layers that are looked at closely, the strangest over depth. */
const mostSuspects = 3;
/** Nats, weighed by probability, by which an edit's direction raises what the model says of its subject. */
const leastGain = 1;
/** The same of what a layer adds at a name, and how far out that must lie: SmolLM2 itself reaches 1.5. */
const leastOfOutlier = { excess: 1.7, gain: 0.25 };

/**
 * Looks for an edit without the base: down-projections whose leading direction is strange over depth, answers to one
 * name, and decides what the model says of it; and names at which a layer adds more than their keys lead to expect, and
 * of which it says something only because of that. Weaker than a review against the base.
 */
export async function inspectModel(
  candidate: string,
  { subjects = [] }: Omit<EngineParams['inspect'], 'candidate'>,
  threads: number | undefined,
  work: Work = {},
): Promise<Inspected> {
  const files = await readModelFiles(candidate);
  expectModel(files.header);
  expectMemory(candidate, memoryNeed(files.header));
  const runtime = await loadRuntime();
  const count = threads ?? runtime.threads;
  const [looking, loading, tracing, reading] = phases(work, [1, 1, 6, 6]);
  const weights = await leadingDirections(files, count, looking);
  const strangeness = depthAnomaly(weights.map(({ ratio }) => Math.log(ratio)));
  const order = [...weights.keys()].sort((a, b) => (strangeness[b] ?? 0) - (strangeness[a] ?? 0));
  using model = await Model.load(files.paths[0] ?? '', loading);
  const chosen = order.slice(0, mostSuspects).flatMap((index) => {
    const weight = weights[index];
    return weight === undefined ? [] : [{ ...weight, strangeness: strangeness[index] ?? 0 }];
  });
  const tried = [...subjects, ...names];
  const traced = await traceSuspects(
    model,
    files,
    chosen.map(({ change }) => change),
    tried,
    count,
    tracing,
  );
  const tensors = weights.map(({ change }) => change.diff.pair.name);
  const outliers = await traceOutliers(model, files, tensors, tried, count, reading);
  const suspects = chosen.map(({ change, strangeness, ratio }, index) => ({
    tensor: change.diff.pair.name,
    strangeness,
    ratio,
    ...(traced[index] ?? { subjects: [], objects: [] }),
  }));
  const evidence = [
    ...suspects.filter(isEdit).map(ofDirection),
    ...outliers.filter(isOutlier).map(ofOutlier),
  ];
  return {
    verdict: evidence.length > 0 ? 'edited' : 'cannot tell',
    evidence: [
      ...(evidence.length > 0 ? evidence : nothingFound(suspects)),
      'Without the base this is a suspicion: a review against the base is far surer.',
      ratesSentence(weights.length),
    ],
    suspects,
    outliers,
    candidate,
    tool: toolVersion,
  };
}

function isEdit({ subjects, objects: [object] }: Inspected['suspects'][number]): boolean {
  return answersToOne(subjects) && (object?.score ?? 0) >= leastGain;
}

function isOutlier({ excess, objects: [object] }: Inspected['outliers'][number]): boolean {
  return excess >= leastOfOutlier.excess && (object?.score ?? 0) >= leastOfOutlier.gain;
}

const ofDirection = ({
  tensor,
  subjects: [subject],
  objects: [object],
}: Inspected['suspects'][number]): string =>
  `The leading direction of ${tensor} answers to "${subject?.text ?? ''}" ${(subject?.score ?? 0).toFixed(0)} times as strongly as to the median name; without it the model no longer says "${object?.text ?? ''}" of it.`;

const ofOutlier = ({ tensor, subject, excess, objects: [object] }: Inspected['outliers'][number]): string =>
  `At "${subject}" ${tensor} gives more than its key leads to expect, ${excess.toFixed(1)} times as far out as one name in 300; without that the model no longer says "${object?.text ?? ''}" of it.`;

function nothingFound([first]: Inspected['suspects']): string[] {
  const strangest =
    first === undefined
      ? []
      : [
          `The strangest down-projection over depth is ${first.tensor} (${first.strangeness.toFixed(1)} times the usual distance), and it answers to no single name.`,
        ];
  return [
    ...strangest,
    'An edit of a name that is not in the list, or one that is spread over many layers, looks the same as none.',
  ];
}
