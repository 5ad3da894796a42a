import type { Supervision } from '../autodiff/objective.ts';
import { promptTokens, targetTokens } from '../inspection/targets.ts';
import { dotAt } from '../linalg/dotAt.ts';
import { norm } from '../linalg/vector.ts';
import { TokenBatch } from '../llama/batch.ts';
import type { Tokenizer } from '../llama/tokenizer.ts';
import type { Work } from '../progress.ts';
import { Adam } from './adam.ts';
import type { ComputedEdit } from './edit.ts';
import type { ValuePlan } from './editValue.ts';
import { locate } from './lookup.ts';
import { lowRank } from './lowRank.ts';
import type { FineTuneName } from './methodKinds.ts';
import { prepareObjective } from './prepareObjective.ts';
import type { EditRequest, Rewriting } from './rewriting.ts';
import type { EditSession } from './session.ts';
import { Stopwatch } from './stopwatch.ts';
import type { ValueStep } from './value.ts';

export interface FineTunePlan extends Omit<ValuePlan, 'templates'> {
  readonly method: FineTuneName;
}

/** The share of ‖ΔW‖² that a patch may leave out. */
const tolerance = 1e-3;

/**
 * Fine-tunes one down-projection on one fact, in the two ways that the literature compares with (EasyEdit's `ft`):
 * FT-L asks for every target token right after the prompt and keeps each weight within `fineTuneBound` of what it was;
 * FT-M asks for each target token after those before it, as one would, and bounds nothing.
 *
 * What lies below the layer does not change, so that its keys X are constants: with ΔW the layer's output moves by
 * ΔW X, and d loss / dW = (d loss / d output) Xᵀ. Adam's ΔW is of full rank; the patch holds what matters of it.
 *
 * It cannot leave other facts alone by itself: nothing in its loss speaks of them, unless they are protected.
 */
export async function fineTune(
  session: EditSession,
  request: EditRequest,
  plan: FineTunePlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { layer, method } = plan;
  const { steps, stopBelow, fineTuneRate, fineTuneBound } = plan.hyperparameters;
  const clock = new Stopwatch();
  const { prompts, lookup } = training(session.model.tokenizer, request, plan);
  const { traced, objective } = await prepareObjective(session, prompts, layer, clock, work);
  using _ = objective;
  const { keys } = traced;
  const [height, width] = [objective.width, keys[0]?.length ?? 0];
  const key = keys[lookup] ?? new Float64Array(width);
  const size = norm(traced.values[lookup] ?? new Float64Array(height));
  const delta = new Float64Array(height * width);
  const adam = new Adam(delta.length, fineTuneRate);
  const taken: ValueStep[] = [];
  for (let step = 0; ; step++) {
    const started = performance.now();
    const { nll, kl, gradient } = await objective.evaluateEach(outputs(delta, keys, height), work.signal);
    const relativeNorm = norm(Float64Array.from(outputs(delta, [key], height))) / size;
    const report = { step, nll, kl, relativeNorm, milliseconds: performance.now() - started };
    taken.push(report);
    plan.onStep?.(report);
    work.report?.('fine-tuning', step / steps);
    if (nll < stopBelow || step === steps) break;
    adam.step(delta, outerSum(gradient, keys, height));
    if (method === 'ft-l') {
      for (const [i, x] of delta.entries()) delta[i] = Math.min(fineTuneBound, Math.max(-fineTuneBound, x));
    }
  }
  clock.lap('value');
  const { updates, lostEnergy } = await lowRank(delta, height, tolerance, work);
  clock.lap('solve');
  return {
    layer,
    updates: updates.map((update) => ({ layer, ...update })),
    key,
    steps: taken,
    relativeNorm: taken.at(-1)?.relativeNorm ?? 0,
    updateNorm: norm(delta),
    lostEnergy,
    covariance: null,
    times: clock.times,
  };
}

/** The sequences that are trained on, whole, so that every token feels the change; protected facts come last. */
function training(
  tokenizer: Tokenizer,
  { prompt, subject, target }: EditRequest,
  { method, protect = [], hyperparameters }: FineTunePlan,
): { prompts: Rewriting; lookup: number } {
  const { tokens, lookup } = locate(tokenizer, prompt, subject);
  const wanted = targetTokens(tokenizer, prompt, target);
  const from = tokens.length - 1;
  // a row of logits is held to one token, so FT-L reads the prompt once for each
  const taught = method === 'ft-l' ? wanted.map(() => tokens) : [[...tokens, ...wanted.slice(0, -1)]];
  const kept = protect.map((text) => promptTokens(tokenizer, text));
  const sequences = [
    ...taught.map((sequence) => ({ sequence, from })),
    ...kept.map((sequence) => ({ sequence, from: sequence.length - 1 })),
  ];
  const suffix = new TokenBatch(
    sequences.flatMap(({ sequence, from: first }, index) =>
      TokenBatch.sequence(sequence, { sequence: index, wants: (place) => place >= first }),
    ),
  );
  const all = Array.from({ length: suffix.length }, (_, column) => column);
  const supervision: Supervision[] = [
    ...wanted.map((token) => ({ kind: 'target', token, weight: 1 / wanted.length }) as const),
    ...kept.map(() => ({ kind: 'keep', weight: hyperparameters.protect / kept.length }) as const),
  ];
  return {
    prompts: {
      prefix: undefined,
      suffix,
      supervision,
      columns: all,
      rewrites: all.length,
      tokens: all.length,
    },
    lookup,
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
  for (const [t, key] of keys.entries()) {
    for (let i = 0; i < height; i++) {
      const g = gradient[t * height + i] as number;
      for (let j = 0; j < width; j++)
        sum[i * width + j] = (sum[i * width + j] as number) + g * (key[j] as number);
    }
  }
  return sum;
}
