import { InputError } from '../../errors.ts';
import { targetTokens } from '../../inspection/targetTokens.ts';
import { at } from '../../numeric/at.ts';
import { gramOf, solveRows } from '../../numeric/gram.ts';
import { mean, norm } from '../../numeric/vector.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import { locate } from '../keys/lookup.ts';
import type { EditSession } from '../session/session.ts';
import { Stopwatch } from '../session/stopwatch.ts';
import { prepareObjective } from '../value/prepareObjective.ts';
import type { ComputedEdit } from './computedEdit.ts';
import type { BatchEdit } from './editBatch.ts';
import type { RunningMoments } from './runningMoments.ts';
import { inFull } from './trainWeight.ts';

export interface UltraPlan {
  readonly layer: number;
  readonly hyperparameters: Hyperparameters;
  /** Of the keys and gradients of all edits so far: the lifelong normalization. */
  readonly moments: RunningMoments;
}

/** Keys and gradients at the tokens that an answer's are predicted from. Shapes [tokens][key width], [tokens][embedding]. */
interface Felt {
  readonly keys: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
}

/**
 * UltraEdit (2505.14679; EasyEdit's `ULTRAEDIT.py`): one gradient of each edit's NLL and no search. For the keys K of the
 * tokens that the answer is predicted from and the gradients of the layer's output there, ΔW = Vᵀ(KKᵀ + I)⁻¹K with
 * V = `ultraValues`. No subject has to be known. The release writes gate and up projections of several layers; here it is
 * one down-projection.
 *
 * It cannot edit a single token: its norms are over all that was edited.
 */
export async function ultraEdit(
  session: EditSession,
  edits: readonly BatchEdit[],
  { layer, hyperparameters, moments }: UltraPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const [feeling, solving] = phases(work, [10, 1]);
  const done: { felt: Felt; nll: number; size: number; clock: Stopwatch }[] = [];
  for (const [index, edit] of edits.entries()) {
    done.push(await feel(session, edit, layer, parted(feeling, index, edits.length, edit.id)));
  }
  const keys = done.flatMap(({ felt }) => felt.keys);
  const gradients = done.flatMap(({ felt }) => felt.gradients);
  for (const [i, key] of keys.entries()) moments.add(key, at(gradients, i));
  if (moments.count < 2) {
    throw new InputError(
      'UltraEdit norms what it reads over all edits; give it more than one token to edit.',
    );
  }
  const values = ultraValues(keys, gradients, moments, hyperparameters.ultraRate);
  const rows = await solveRows(await gramOf(keys, keys, solving), 1, keys, solving);
  let first = 0;
  return done.map(({ felt, nll, size, clock }, i) => {
    const own = felt.keys.map((_, token) => ({
      layer,
      left: at(values, first + token),
      right: at(rows, first + token),
    }));
    first += own.length;
    const relativeNorm = Math.max(...own.map(({ left }) => norm(left))) / size;
    const step = { step: 0, nll, kl: 0, relativeNorm, milliseconds: clock.times.value };
    at(edits, i).onStep?.(step);
    return {
      layer,
      updates: own,
      key: mean(felt.keys),
      steps: [step],
      relativeNorm,
      updateNorm: Math.hypot(...own.map(({ left, right }) => norm(left) * norm(right))),
      covariance: null,
      times: clock.times,
    };
  });
}

/** V: for each token −rate ‖k̂‖² ĝ, where hats stand for what is normed by the mean and the deviation of all so far. */
export function ultraValues(
  keys: readonly Float64Array[],
  gradients: readonly Float64Array[],
  moments: RunningMoments,
  rate: number,
): Float64Array[] {
  return keys.map((key, i) => {
    const normed = moments.normed(key, at(gradients, i));
    const size = normed.key.reduce((sum, x) => sum + x * x, 0);
    return normed.gradient.map((x) => -rate * size * x);
  });
}

async function feel(session: EditSession, { request }: BatchEdit, layer: number, work: Work) {
  const clock = new Stopwatch();
  const { tokens } = locate(session.model, request);
  const target = targetTokens(session.model, request.prompt, request.target, request.space);
  const weight = 1 / target.length;
  const outputs = target.map((token) => ({ kind: 'target', token, weight }) as const);
  const sequence = [...tokens, ...target.slice(0, -1)];
  const prompts = inFull([{ sequence, outputs }]);
  const { traced, objective } = await prepareObjective(session, prompts, layer, clock, work);
  using _ = objective;
  const { nll, gradient } = await objective.evaluateEach(
    new Float32Array(sequence.length * objective.width),
    work.signal,
  );
  clock.lap('value');
  const places = target.map((_, i) => tokens.length - 1 + i);
  const felt: Felt = {
    keys: places.map((place) => at(traced.keys, place)),
    gradients: places.map((place) =>
      Float64Array.from(gradient.subarray(place * objective.width, (place + 1) * objective.width)),
    ),
  };
  return { felt, nll, size: norm(at(traced.values, at(places, 0))), clock };
}
