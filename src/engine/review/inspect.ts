import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EngineParams } from '../../protocol/engine.ts';
import type { Inspected } from '../../protocol/review.ts';
import { InputError } from '../errors.ts';
import { numberOf } from '../gguf/header.ts';
import { expectModel } from '../gguf/kind.ts';
import { type ModelFiles, readModelFiles } from '../gguf/split.ts';
import { ProbeContext } from '../inspection/probeContext.ts';
import { Adapter } from '../llama/adapter.ts';
import { expectMemory, memoryNeed } from '../llama/memory.ts';
import { Model } from '../llama/model.ts';
import { loadRuntime } from '../llama/runtime.ts';
import { parted, phases, type Work } from '../progress.ts';
import { toolVersion } from '../version.ts';
import { type Change, changeOf } from './change.ts';
import { depthAnomaly } from './depthAnomaly.ts';
import { architectureOf } from './inventory.ts';
import { Lane, overLanes } from './lane.ts';
import { alongSpikes, writeReversal } from './reversal.ts';
import { refineSpectrum } from './spectrum.ts';
import { diffTensor } from './tensorDiff.ts';
import { TensorFiles, zeros } from './tensorFiles.ts';
import { KeyReader } from './tracing/keyReader.ts';
import names from './tracing/names.json';
import { traceObjects } from './tracing/objects.ts';
import { traceSubjects } from './tracing/subjects.ts';

/** Layers that are looked at closely, the strangest over depth. */
const mostSuspects = 3;
/** A direction that answers one name this much more than the median name, and the next best name, is an edit's. */
const suspicious = { response: 8, lead: 1.25, gain: 1 };

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
  const suspects: Inspected['suspects'] = [];
  const chosen = order.slice(0, mostSuspects);
  for (const [place, index] of chosen.entries()) {
    const weight = weights[index];
    if (weight === undefined) continue;
    const traced = await trace(
      model,
      files,
      weight.change,
      [...subjects, ...names],
      count,
      parted(tracing, place, chosen.length, weight.change.diff.pair.name),
    );
    suspects.push({
      tensor: weight.change.diff.pair.name,
      strangeness: strangeness[index] ?? 0,
      ratio: weight.ratio,
      ...traced,
    });
  }
  const found = suspects.filter(isEdit);
  return {
    verdict: found.length > 0 ? 'edited' : 'cannot tell',
    evidence: evidenceOf(suspects, found),
    suspects,
    candidate,
    tool: toolVersion,
  };
}

interface Weight {
  readonly change: Change;
  /** σ₁ / σ₂ */
  readonly ratio: number;
}

/** The down-projections' own spectra, the leading direction of each as if it were a change from nothing. */
async function leadingDirections(files: ModelFiles, threads: number, work: Work): Promise<Weight[]> {
  const depth = numberOf(files.header, `${architectureOf(files.header)}.block_count`) ?? 0;
  const tensors = Array.from({ length: depth }, (_, layer) =>
    files.header.tensors.find(({ name }) => name === `blk.${layer}.ffn_down.weight`),
  ).filter((tensor) => tensor !== undefined);
  if (tensors.length < 3) {
    throw new InputError(
      `${files.header.name} has ${tensors.length} plain down-projections; at least 3 are needed to tell a strange one.`,
    );
  }
  await using source = await TensorFiles.open(files);
  const runtime = await loadRuntime();
  const lanes = Array.from({ length: threads }, () => new Lane(runtime));
  let done = 0;
  try {
    return await overLanes(lanes, tensors, async (tensor, lane) => {
      const pair = { name: tensor.name, base: tensor, candidate: tensor };
      const diff = await diffTensor(zeros, source, pair, lane, work.signal);
      if (!Number.isFinite(diff.norm) || diff.sketch === undefined) {
        throw new InputError(`${tensor.name} of ${files.header.name} holds no usable weights.`);
      }
      const all = await refineSpectrum(zeros, source, diff, lane, work.signal);
      work.report?.('looking at the weights', ++done / tensors.length);
      const [first = 0, second = 1] = all.values;
      const spectrum = { ...all, spikes: 1, right: all.right.slice(0, 1), left: all.left.slice(0, 1) };
      return { change: changeOf(diff, 0, spectrum), ratio: first / second };
    });
  } finally {
    for (const lane of lanes) lane[Symbol.dispose]();
  }
}

/** Whom the direction answers to, and what the model says of it only because of the direction. */
async function trace(
  model: Model,
  files: ModelFiles,
  change: Change,
  tried: readonly string[],
  threads: number,
  work: Work,
): Promise<Pick<Inspected['suspects'][number], 'subjects' | 'objects'>> {
  using as = new ProbeContext(model, { threads });
  using without = new ProbeContext(model, { threads });
  using reader = new KeyReader(model, change.diff.pair.name, threads);
  const [finding, asking] = phases(work, [1, 1]);
  const subjects = await traceSubjects(reader, as, change, tried, false, finding);
  const [subject] = subjects;
  if (subject === undefined) return { subjects, objects: [] };
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-inspect-'));
  try {
    const file = path.join(folder, 'without.patch.gguf');
    const about = {
      digest: '',
      name: files.header.name,
      architecture: architectureOf(files.header),
      files: files.paths,
    };
    await writeReversal(model.runtime, file, about, alongSpikes([change]));
    using adapter = Adapter.load(model, file);
    without.setAdapters([{ adapter, strength: 1 }]);
    const objects = await traceObjects(without, as, subject.text, asking);
    without.setAdapters([]);
    return { subjects, objects: objects.map(({ text, score }) => ({ text, score })) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function isEdit({ subjects: [first, second], objects: [object] }: Inspected['suspects'][number]): boolean {
  return (
    first !== undefined &&
    first.score >= suspicious.response &&
    first.score >= suspicious.lead * (second?.score ?? 0) &&
    (object?.score ?? 0) >= suspicious.gain
  );
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
