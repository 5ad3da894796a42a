import type { RankOneName } from '../../../protocol/methodKinds.ts';
import { mean, norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import type { LayerUpdate } from '../patches/update.ts';
import type { Covariance } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';
import { type EditTimes, Stopwatch } from '../session/stopwatch.ts';
import { editValue, type ValuePlan } from '../value/editValue.ts';
import type { EditRequest } from '../value/rewriting.ts';
import type { ValueStep } from '../value/value.ts';
import { rankOneMethods } from './methods.ts';

/** How an edit is to be computed. */
export interface EditPlan extends ValuePlan {
  readonly method: RankOneName;
  readonly covariance: Covariance;
}

/** A computed edit: what its patch will add to down-projections, and how it came about. */
export interface ComputedEdit {
  /** Where its value was found; the last of the layers that it changes. */
  readonly layer: number;
  /** The layer and why, where the method found it itself. */
  readonly found?: LayerChoice;
  /** What it adds, layer by layer; the last, in `layer`, is what it mostly does there. */
  readonly updates: readonly LayerUpdate[];
  /** k*: the mean of the keys at the lookup tokens of the rewriting prompts. Shape [key width]. */
  readonly key: Float64Array;
  readonly steps: readonly ValueStep[];
  /** ‖delta‖ / ‖v₀‖ */
  readonly relativeNorm: number;
  /** ‖ΔW‖, Frobenius, over all layers that it changes. */
  readonly updateNorm: number;
  /** The share of ‖ΔW‖² that its patch leaves out, where ΔW was cut to a lower rank. */
  readonly lostEnergy?: number;
  /** What the covariance was taken over, and how well it can be solved with; null where none was needed. */
  readonly covariance: Pick<Covariance, 'samples' | 'condition'> | null;
  /** Milliseconds by part. */
  readonly times: EditTimes;
}

/** Computes one edit on top of what the session has switched on. Writes nothing. */
export async function computeEdit(
  session: EditSession,
  request: EditRequest,
  plan: EditPlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { hyperparameters, layer, covariance } = plan;
  const clock = new Stopwatch();
  const { traced, delta, steps, relativeNorm } = await editValue(session, request, plan, clock, work);
  const { keys, values } = traced;
  const update = await rankOneMethods[plan.method](
    { keys, values, delta, covariance: covariance.solver, keyRidge: hyperparameters.keyRidge },
    { signal: work.signal },
  );
  clock.lap('solve');
  return {
    layer,
    updates: [{ layer, ...update }],
    key: mean(keys),
    steps,
    relativeNorm,
    updateNorm: norm(update.left) * norm(update.right),
    covariance: { samples: covariance.samples, condition: covariance.condition },
    times: clock.times,
  };
}
