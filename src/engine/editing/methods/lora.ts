import type { EditObjective } from '../../autodiff/objective.ts';
import type { ChatModel } from '../../chat/conversation.ts';
import { pack } from '../../inspection/pack.ts';
import { targetTokens } from '../../inspection/targetTokens.ts';
import { at } from '../../numeric/at.ts';
import { mean } from '../../numeric/mean.ts';
import { dot, norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import { locate } from '../keys/lookup.ts';
import type { RankOneUpdate } from '../patches/update.ts';
import { type EditSession, usualOutputs } from '../session/session.ts';
import { Stopwatch, sharedTimes } from '../session/stopwatch.ts';
import type { LayerTrace } from '../value/layerTrace.ts';
import { prepareObjective } from '../value/prepareObjective.ts';
import type { ValueStep } from '../value/value.ts';
import type { ComputedEdit } from './computedEdit.ts';
import type { BatchEdit } from './editBatch.ts';
import { loraLayer, TrainedFactors } from './trainedFactors.ts';
import { inFull, type Lesson } from './trainWeight.ts';

export interface LoraPlan {
  readonly layer: number;
  readonly hyperparameters: Hyperparameters;
}

/** What one step trains on at most. */
const most = { edits: 16, tokens: 512 };

interface Taught extends Omit<Lesson, 'outputs'> {
  readonly target: readonly number[];
  readonly lookup: number;
}

/**
 * LoRA fine-tuning (2106.09685) on all edits at once, as one would without an editing method: low-rank factors of the
 * down-projections from `layer` on, and of the query and value projections above it, trained by Adam on the NLL of the
 * targets alone. The published scale α/r is 1 here and lies in the rate.
 *
 * It cannot leave other facts alone: nothing in its loss speaks of them, and every layer above may change. What it adds
 * belongs to all edits together.
 */
export async function lora(
  session: EditSession,
  edits: readonly BatchEdit[],
  { layer, hyperparameters }: LoraPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const { loraRank: rank, loraRate: rate, loraSteps: steps, stopBelow } = hyperparameters;
  const clock = new Stopwatch();
  const batches = pack(
    edits.map((edit) => taught(session.model, edit)),
    ({ sequence, target }) => [1, sequence.length, target.length],
    [most.edits, most.tokens, usualOutputs],
  );
  const names = session.files.header.tensors.map(({ name }) => name);
  const factoring = { rank, weights: new Set(names.filter((name) => (loraLayer(name) ?? -1) >= layer)) };
  let factors: TrainedFactors[] = [];
  let prepared: { traced: LayerTrace; objective: EditObjective } | undefined;
  const lookups: { key: Float64Array; size: number }[] = [];
  const taken: ValueStep[] = [];
  const moved = () => {
    const own = factors.find((factor) => factor.layer === layer && factor.part === undefined);
    return lookups.map(({ key, size }) => norm(own?.times(key) ?? key) / size);
  };
  try {
    for (let step = 0; ; step++) {
      const started = performance.now();
      let nll = 0;
      for (const [index, batch] of batches.entries()) {
        work.report?.('fine-tuning', (step + index / batches.length) / (steps + 1));
        if (prepared === undefined || batches.length > 1) {
          prepared?.objective[Symbol.dispose]();
          prepared = undefined;
          const prompts = inFull(batch.map((lesson) => held(lesson, batch.length)));
          prepared = await prepareObjective(session, prompts, layer, clock, work, factoring);
        }
        const { objective, traced } = prepared;
        if (factors.length === 0) factors = begin(objective, rank, rate);
        if (step === 0) lookups.push(...lookupsOf(batch, traced));
        const values = new Map(factors.map((factor) => [factor.name, factor.values]));
        const evaluated = await objective.evaluateFactors(values, work.signal);
        nll += (evaluated.nll * batch.length) / edits.length;
        if (step === steps || (batches.length === 1 && nll < stopBelow)) continue;
        for (const factor of factors) {
          const gradient = evaluated.gradients.get(factor.name);
          if (gradient !== undefined) factor.step(gradient);
        }
      }
      const norms = moved();
      const relativeNorm = mean(norms);
      const report = { step, nll, kl: 0, relativeNorm, milliseconds: performance.now() - started };
      taken.push(report);
      for (const { onStep } of edits) onStep?.(report);
      if (step === steps || nll < stopBelow) break;
    }
  } finally {
    prepared?.objective[Symbol.dispose]();
  }
  clock.lap('value');
  const isOwn = (factor: TrainedFactors) => factor.layer === layer && factor.part === undefined;
  // an edit's own layer comes last
  const inOrder = factors.toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)));
  const updates = inOrder.flatMap((factor) => factor.updates);
  const updateNorm = Math.hypot(...factors.map((factor) => normOf(factor.updates)));
  clock.lap('solve');
  const norms = moved();
  return edits.map((_, i) => ({
    layer,
    updates,
    key: lookups[i]?.key ?? new Float64Array(),
    steps: taken,
    relativeNorm: at(norms, i),
    updateNorm,
    covariance: null,
    times: sharedTimes(clock.times, edits.length),
  }));
}

function taught(model: ChatModel, { request }: BatchEdit): Taught {
  const { tokens, lookup } = locate(model, request);
  const wanted = targetTokens(model, request.prompt, request.target, request.space);
  return { sequence: [...tokens, ...wanted.slice(0, -1)], target: wanted, lookup };
}

/** @param edits how many share the loss */
function held({ sequence, target }: Taught, edits: number): Lesson {
  const weight = 1 / (edits * target.length);
  return { sequence, outputs: target.map((token) => ({ kind: 'target', token, weight })) };
}

function begin(objective: EditObjective, rank: number, rate: number): TrainedFactors[] {
  return [...objective.factored].map(([name, shape]) => new TrainedFactors(name, { ...shape, rank, rate }));
}

/** The key of each edit at its subject, and how long the value there is. */
function lookupsOf(batch: readonly Taught[], { keys, values }: LayerTrace) {
  let first = 0;
  return batch.map(({ sequence, lookup }) => {
    const column = first + lookup;
    first += sequence.length;
    const value = values[column];
    return { key: keys[column] ?? new Float64Array(), size: value === undefined ? 1 : norm(value) };
  });
}

/** ‖Σ left rightᵀ‖, Frobenius. */
function normOf(updates: readonly RankOneUpdate[]): number {
  let square = 0;
  for (const a of updates) for (const b of updates) square += dot(a.left, b.left) * dot(a.right, b.right);
  return Math.sqrt(Math.max(0, square));
}
