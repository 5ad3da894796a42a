import type { RankOneName } from '../../../protocol/methodKinds.ts';
import { mean, norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import type { Covariance } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';
import { Stopwatch } from '../session/stopwatch.ts';
import { editValue, type ValuePlan } from '../value/editValue.ts';
import type { EditRequest } from '../value/rewriting.ts';
import type { ComputedEdit } from './computedEdit.ts';
import { rankOneMethods } from './methods.ts';

/** How an edit by a rank-one method is to be computed. */
export interface RankOnePlan extends ValuePlan {
  readonly method: RankOneName;
  readonly covariance: Covariance;
}

/** Computes one edit by a rank-one method, on top of what the session has switched on. Writes nothing. */
export async function computeRankOneEdit(
  session: EditSession,
  request: EditRequest,
  plan: RankOnePlan,
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
