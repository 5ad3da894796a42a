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
import { answersToOne, traceSuspects } from './tracing/suspects.ts';

/** Layers that are looked at closely, the strangest over depth. */
const mostSuspects = 3;
/** Nats, weighed by probability, by which an edit's direction raises what the model says of its subject. */
const leastGain = 1;

/**
 * Looks for an edit without the base: down-projections whose leading direction is strange over depth, answers to one
 * name, and decides what the model says of it. Weaker than a review against the base.
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
  const [looking, loading, tracing] = phases(work, [1, 1, 6]);
  const weights = await leadingDirections(files, count, looking);
  const strangeness = depthAnomaly(weights.map(({ ratio }) => Math.log(ratio)));
  const order = [...weights.keys()].sort((a, b) => (strangeness[b] ?? 0) - (strangeness[a] ?? 0));
  using model = await Model.load(files.paths[0] ?? '', loading);
  const chosen = order.slice(0, mostSuspects).flatMap((index) => {
    const weight = weights[index];
    return weight === undefined ? [] : [{ ...weight, strangeness: strangeness[index] ?? 0 }];
  });
  const traced = await traceSuspects(
    model,
    files,
    chosen.map(({ change }) => change),
    [...subjects, ...names],
    count,
    tracing,
  );
  const suspects = chosen.map(({ change, strangeness, ratio }, index) => ({
    tensor: change.diff.pair.name,
    strangeness,
    ratio,
    ...(traced[index] ?? { subjects: [], objects: [] }),
  }));
  const found = suspects.filter(isEdit);
  return {
    verdict: found.length > 0 ? 'edited' : 'cannot tell',
    evidence: [...evidenceOf(suspects, found), ratesSentence(weights.length)],
    suspects,
    candidate,
    tool: toolVersion,
  };
}

function isEdit({ subjects, objects: [object] }: Inspected['suspects'][number]): boolean {
  return answersToOne(subjects) && (object?.score ?? 0) >= leastGain;
}

function evidenceOf(suspects: Inspected['suspects'], found: Inspected['suspects']): string[] {
  const limits = 'Without the base this is a suspicion: a review against the base is far surer.';
  if (found.length === 0) {
    const [first] = suspects;
    return [
      first === undefined
        ? ''
        : `The strangest down-projection over depth is ${first.tensor} (${first.strangeness.toFixed(1)} times the usual distance), and it answers to no single name.`,
      'An edit that does not dominate its matrix, or of a name that is not in the list, looks the same as none.',
      limits,
    ].filter((line) => line !== '');
  }
  return [
    ...found.map(
      ({ tensor, subjects: [subject], objects: [object] }) =>
        `The leading direction of ${tensor} answers to "${subject?.text ?? ''}" ${(subject?.score ?? 0).toFixed(0)} times as strongly as to the median name; without it the model no longer says "${object?.text ?? ''}" of it.`,
    ),
    limits,
  ];
}
