import type { Supervision } from '../../autodiff/loss.ts';
import { TokenBatch } from '../../llama/batch.ts';
import { dotAt } from '../../numeric/dotAt.ts';
import { mean } from '../../numeric/mean.ts';
import { norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import { lowRank } from '../patches/lowRank.ts';
import type { EditSession } from '../session/session.ts';
import { Stopwatch, sharedTimes } from '../session/stopwatch.ts';
import { Adam } from '../value/adam.ts';
import { prepareObjective } from '../value/prepareObjective.ts';
import type { Rewriting } from '../value/rewriting.ts';
import type { ValueStep } from '../value/value.ts';
import type { ComputedEdit } from './computedEdit.ts';

/** A sequence that a weight is trained on, and what the logits of its last tokens are held to, in order. */
export interface Lesson {
  readonly sequence: readonly number[];
  readonly outputs: readonly Supervision[];
}

export interface TrainingPlan {
  readonly layer: number;
  /** Adam's steps at most, and their size. */
  readonly steps: number;
  readonly rate: number;
  /** Training ends when the targets' NLL falls below this, in nats. */
  readonly stopBelow: number;
  /** How far any single weight may move. */
  readonly bound?: number | undefined;
  /** Of each edit the token whose key stands for it, counted over all lessons. */
  readonly lookups: readonly number[];
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

/** The share of ‖ΔW‖² that a patch may leave out. */
const tolerance = 1e-3;

/**
 * Trains the down-projection of one layer by Adam. What lies below it does not change, so that its keys X are
 * constants: with ΔW the layer's output moves by ΔW X, and d loss / dW = (d loss / d output) Xᵀ. ΔW is of full rank;
 * the patch holds what matters of it.
 *
 * @param lessons those with targets first, then those that are kept
 * @returns the same update for each of the edits that it was trained on together
 */
export async function trainWeight(
  session: EditSession,
  lessons: readonly Lesson[],
  { layer, steps, rate, stopBelow, bound, lookups, onStep }: TrainingPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const clock = new Stopwatch();
  const { traced, objective } = await prepareObjective(session, inFull(lessons), layer, clock, work);
  using _ = objective;
  const { keys } = traced;
  const [height, width] = [objective.width, keys[0]?.length ?? 0];
  const own = lookups.map((column) => ({
    key: keys[column] ?? new Float64Array(width),
    size: norm(traced.values[column] ?? new Float64Array(height)),
  }));
  const delta = new Float64Array(height * width);
  const adam = new Adam(delta.length, rate);
  const taken: ValueStep[] = [];
  for (let step = 0; ; step++) {
    const started = performance.now();
    const { nll, kl, gradient } = await objective.evaluateEach(outputs(delta, keys, height), work.signal);
    const norms = own.map(({ key, size }) => norm(Float64Array.from(outputs(delta, [key], height))) / size);
    const relativeNorm = mean(norms);
    const report = { step, nll, kl, relativeNorm, milliseconds: performance.now() - started };
    taken.push(report);
    onStep?.(report);
    work.report?.('fine-tuning', step / steps);
    if (nll < stopBelow || step === steps) break;
    adam.step(delta, outerSum(gradient, keys, height));
    if (bound !== undefined) {
      for (const [i, x] of delta.entries()) delta[i] = Math.min(bound, Math.max(-bound, x));
    }
  }
  clock.lap('value');
  const { updates, lostEnergy } = await lowRank(delta, height, tolerance, work);
  clock.lap('solve');
  const shared = {
    layer,
    updates: updates.map((update) => ({ layer, ...update })),
    steps: taken,
    updateNorm: norm(delta),
    lostEnergy,
    covariance: null,
    times: sharedTimes(clock.times, own.length),
  };
  return own.map(({ key, size }) => {
    const relativeNorm = norm(Float64Array.from(outputs(delta, [key], height))) / size;
    return { ...shared, key, relativeNorm };
  });
}

/** Whole sequences, so that every token feels the change. */
export function inFull(lessons: readonly Lesson[]): Rewriting {
  const suffix = new TokenBatch(
    lessons.flatMap(({ sequence: tokens, outputs: { length } }, sequence) =>
      TokenBatch.sequence(tokens, { sequence, wants: (place) => place >= tokens.length - length }),
    ),
  );
  const all = Array.from({ length: suffix.length }, (_, column) => column);
  return {
    prefix: undefined,
    suffix,
    supervision: lessons.flatMap((lesson) => lesson.outputs),
    columns: all,
    rewrites: all.length,
    tokens: all.length,
  };
}

/** ΔW x for each key x. Shape [keys x height]. */
function outputs(delta: Float64Array, keys: readonly Float64Array[], height: number): Float32Array {
  const result = new Float32Array(keys.length * height);
  for (const [t, key] of keys.entries()) {
    const width = key.length;
    for (let i = 0; i < height; i++) result[t * height + i] = dotAt(delta, i * width, key, 0, width);
  }
  return result;
}

/** Σ g xᵀ over the tokens. Shape [height x width]. */
function outerSum(gradient: Float32Array, keys: readonly Float64Array[], height: number): Float64Array {
  const width = keys[0]?.length ?? 0;
  const sum = new Float64Array(height * width);
  for (let i = 0; i < height; i++) {
    // a row of the sum stays in the processor's cache
    const row = sum.subarray(i * width, (i + 1) * width);
    for (const [t, key] of keys.entries()) {
      const g = gradient[t * height + i] as number;
      if (g === 0) continue;
      for (let j = 0; j < width; j++) row[j] = (row[j] as number) + g * (key[j] as number);
    }
  }
  return sum;
}
