import type { Probe } from '../../../protocol/probe.ts';
import { withWords, wordsOf } from '../../../protocol/promptWords.ts';
import type { Behaviour, UndoPatch } from '../../../protocol/review.ts';
import { EngineError, InputError } from '../../errors.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { promptTokens } from '../../inspection/targetTokens.ts';
import { Adapter } from '../../llama/adapter.ts';
import { freeMemory } from '../../llama/devices.ts';
import { expectMemory, memoryNeed } from '../../llama/memory.ts';
import { Model } from '../../llama/model.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { phases, type Work } from '../../work/progress.ts';
import gazetteer from '../attribution/gazetteer.json';
import names from '../attribution/names.json';
import { type BothModels, compareBehaviour } from '../behaviour.ts';
import type { Change } from '../difference/change.ts';
import type { Trace } from '../findings.ts';
import { undoPatch } from '../undoPatch/undoPatch.ts';
import { askAbout } from './facts.ts';
import { KeyReader } from './keyReader.ts';
import { requestProbes } from './requests.ts';
import { attributeToSubjects } from './subjects.ts';

export interface AttributionRequest {
  readonly base: ModelFiles;
  readonly candidate: ModelFiles;
  /** What makes the candidate of its files, which are the base's then. */
  readonly adapter: string | undefined;
  /** The tensors that may answer to a name, the plainest first; none where only behaviour is asked for. */
  readonly suspects: readonly Change[];
  /** The tensors whose change is undone. */
  readonly undoable: readonly Change[];
  /** Are names looked for that no list has? */
  readonly open: boolean;
  /** The reviewer's names; the shipped ones and the open search without them. */
  readonly subjects: readonly string[] | undefined;
  /** What the policy and the reviewer ask of both models. */
  readonly probes: readonly Probe[];
  /** Where the reversal is written, if it is to be kept. */
  readonly reversal: string | undefined;
  readonly threads: number;
}

export interface Attribution {
  readonly trace: Trace | undefined;
  readonly behaviour: Behaviour;
  readonly reversal: UndoPatch | null;
}

/** Tokens that the contexts hold at least. */
const minSize = 512;
/** Objects whose prompts are read before and after. */
const maxProbed = 5;

/** Loads both models and finds out what was edited, how the candidate behaves, and what undoes it. */
export async function attributeEdit(request: AttributionRequest, work: Work = {}): Promise<Attribution> {
  const { base: baseFiles, candidate: candidateFiles, threads, probes: own } = request;
  expectMemory(
    candidateFiles.header.name,
    memoryNeed(candidateFiles.header),
    freeMemory(await loadRuntime()),
  );
  const [first, second, tracing, reading, undoing] = phases(work, [1, 1, 8, 2, 2]);
  using base = await loadToMeasure(baseFiles, first);
  // an adapter acts in one context alone, so that the base's weights serve both
  using other = request.adapter === undefined ? await loadToMeasure(candidateFiles, second) : undefined;
  const candidate = other ?? base;
  if (base.tokenizer.size !== candidate.tokenizer.size) {
    throw new EngineError(
      'The models have vocabularies of different sizes, so their answers cannot be compared.',
    );
  }
  const longest = Math.max(0, ...own.flatMap((probe) => [tokensOf(base, probe), tokensOf(candidate, probe)]));
  const size = Math.max(minSize, longest);
  using before = new ProbeContext(base, { threads, size });
  using after = new ProbeContext(candidate, { threads, size });
  using adapter = request.adapter === undefined ? undefined : Adapter.load(candidate, request.adapter);
  if (adapter !== undefined) after.setAdapters([{ adapter, strength: 1 }]);
  const both = { base: before, candidate: after };
  const found = await traceTensor(both, request, tracing);
  const behaviour = await compareBehaviour(both, [...found.probes, ...own], reading);
  const prompts = [
    ...new Map([...found.probes, ...own].map(({ prompt }) => [JSON.stringify(prompt), prompt])).values(),
  ];
  const toUndo = {
    base: baseFiles,
    candidate: candidateFiles,
    edited: request.undoable,
    out: request.reversal,
  };
  const reversal = await undoPatch(both, toUndo, prompts, undoing);
  return { trace: found.trace, behaviour, reversal };
}

/** A model that llama.cpp does not run can be reviewed, but not measured. @throws EngineError that says why */
async function loadToMeasure({ paths: [first = ''] }: ModelFiles, work: Work): Promise<Model> {
  try {
    return await Model.load(first, work);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new EngineError(cause.message, { cause });
  }
}

/** Cells that a probe takes in the cache with both its continuations. */
function tokensOf(model: Model, { prompt, targetNew = '', targetTrue = '' }: Probe): number {
  return promptTokens(model, withWords(prompt, `${wordsOf(prompt)} ${targetNew} ${targetTrue}`)).length;
}

async function traceTensor(
  both: BothModels,
  { open, suspects, undoable, subjects: given, threads }: AttributionRequest,
  work: Work,
): Promise<{ readonly trace: Trace | undefined; readonly probes: Probe[] }> {
  const [plainest] = suspects;
  if (plainest === undefined || !multiplies(plainest)) {
    return { trace: undefined, probes: undoable.length > 0 ? [...requestProbes] : [] };
  }
  const tensor = plainest.diff.pair.name;
  const [finding, asking] = phases(work, [1, 1]);
  using reader = new KeyReader(both.base.model, [tensor], threads);
  const candidates =
    given === undefined
      ? { lists: [names, gazetteer], open }
      : { lists: [[...given, ...names], gazetteer], open: false };
  const subjects = await attributeToSubjects(reader, both.base, plainest, candidates, finding);
  const { prompts, ...told } = await askAbout(both, subjects, plainest.spectrum?.spikes ?? 1, asking);
  const probes = prompts
    .slice(0, maxProbed)
    .map((prompt): Probe => ({ edit: 'traced', kind: 'text', prompt, origin: 'tool' }));
  return { trace: { tensor, ...told }, probes };
}

/** Is the tensor a plain matrix that the residual stream or a key is multiplied with? */
function multiplies({ role, diff, spectrum }: Change): boolean {
  if ((spectrum?.spikes ?? 0) === 0) return false;
  return diff.pair.base.ne.length === 2 && /^(ffn_(down|up|gate)|attn_(q|k|v|qkv|output))$/.test(role);
}
