import type { Method } from '../../protocol/edits.ts';
import { EditObjective } from '../autodiff/objective.ts';
import { MissingValueError } from '../autodiff/twin.ts';
import { mean, norm } from '../linalg/vector.ts';
import { phases, type Work } from '../progress.ts';
import type { Covariance } from './covariance.ts';
import type { Hyperparameters } from './hyperparameters.ts';
import { type LayerTrace, traceLayer } from './layerTrace.ts';
import { methods } from './methods.ts';
import { type EditRequest, type Rewriting, rewriting } from './rewriting.ts';
import type { EditSession } from './session.ts';
import type { RankOneUpdate } from './update.ts';
import { optimiseValue, type ValueStep } from './value.ts';

/** How an edit is to be computed. */
export interface EditPlan {
  readonly method: Method;
  readonly layer: number;
  readonly hyperparameters: Hyperparameters;
  readonly templates: readonly string[];
  readonly covariance: Covariance;
  /** Other prompts about the subject, whose answers the edit shall leave alone. */
  readonly protect?: readonly string[];
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

/** A computed edit: what its patch will add to the down-projection, and how it came about. */
export interface ComputedEdit {
  readonly layer: number;
  readonly update: RankOneUpdate;
  /** k*: the mean of the keys at the lookup tokens of the rewriting prompts. Shape [key width]. */
  readonly key: Float64Array;
  readonly steps: readonly ValueStep[];
  /** ‖delta‖ / ‖v₀‖ */
  readonly relativeNorm: number;
  /** ‖ΔW‖, Frobenius. */
  readonly updateNorm: number;
  /** What the covariance was taken over, and how well it can be solved with. */
  readonly covariance: Pick<Covariance, 'samples' | 'condition'>;
  /** Milliseconds by part. */
  readonly times: {
    readonly keys: number;
    readonly twin: number;
    readonly value: number;
    readonly solve: number;
  };
}

/** Computes one edit on top of what the session has switched on. Writes nothing. */
export async function computeEdit(
  session: EditSession,
  request: EditRequest,
  plan: EditPlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { hyperparameters, layer, covariance } = plan;
  const prompts = rewriting(
    session.model.tokenizer,
    request,
    plan.templates,
    hyperparameters,
    plan.protect ?? [],
  );
  const [preparing, optimising] = phases(work, [1, 4]);
  const clock = stopwatch();
  const { traced, objective } = await prepare(session, prompts, layer, clock, preparing);
  using _ = objective;
  const [initial] = traced.values;
  if (initial === undefined) throw new Error('an edit without a prompt');
  const { delta, steps } = await optimiseValue(objective, initial, hyperparameters, optimising, plan.onStep);
  clock.lap('value');
  const { keys, values } = traced;
  const update = methods[plan.method]({
    keys,
    values,
    delta,
    covariance: covariance.cholesky,
    keyRidge: hyperparameters.keyRidge,
  });
  clock.lap('solve');
  return {
    layer,
    update,
    key: mean(keys),
    steps,
    relativeNorm: norm(delta) / norm(initial),
    updateNorm: norm(update.left) * norm(update.right),
    covariance: { samples: covariance.samples, condition: covariance.condition },
    times: clock.times,
  };
}

/** Traces the prompts and builds the objective; once more where the first trace kept too little. */
async function prepare(
  session: EditSession,
  prompts: Rewriting,
  layer: number,
  clock: ReturnType<typeof stopwatch>,
  work: Work,
): Promise<{ traced: LayerTrace; objective: EditObjective }> {
  const kept = new Set<number>();
  for (;;) {
    const traced = await traceLayer(session, prompts, layer, kept, work);
    clock.lap('keys');
    try {
      const objective = await EditObjective.create(
        session.devices,
        session.weights,
        traced.trace,
        traced.site,
        prompts.supervision,
        prompts.columns,
        traced.logits,
        work,
      );
      clock.lap('twin');
      return { traced, objective };
    } catch (error) {
      if (!(error instanceof MissingValueError) || kept.has(error.index)) throw error;
      kept.add(error.index);
    }
  }
}

function stopwatch() {
  const times = { keys: 0, twin: 0, value: 0, solve: 0 };
  let last = performance.now();
  return {
    times,
    lap(part: keyof typeof times) {
      const now = performance.now();
      times[part] += now - last;
      last = now;
    },
  };
}
