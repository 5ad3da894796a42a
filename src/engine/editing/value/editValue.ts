import type { Prompt } from '../../../protocol/chat.ts';
import { norm } from '../../numeric/vector.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { EditSession } from '../session/session.ts';
import type { Stopwatch } from '../session/stopwatch.ts';
import type { LayerTrace } from './layerTrace.ts';
import { prepareObjective } from './prepareObjective.ts';
import { type EditRequest, rewriting } from './rewriting.ts';
import { type OptimisedValue, optimiseValue, type ValueStep } from './value.ts';

/** How the value of an edit is to be found. */
export interface ValuePlan {
  readonly layer: number;
  readonly hyperparameters: Hyperparameters;
  readonly templates: readonly string[];
  /** Other prompts about the subject, whose answers the edit shall leave alone. */
  readonly protect?: readonly Prompt[];
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

export interface EditValue extends OptimisedValue {
  /** Keys and values of the layer at the lookup tokens of the rewriting prompts, as they were before. */
  readonly traced: LayerTrace;
  /** ‖delta‖ / ‖v₀‖ */
  readonly relativeNorm: number;
}

/** Finds what the layer's MLP should add at the subject, on top of what the session has switched on. */
export async function editValue(
  session: EditSession,
  request: EditRequest,
  plan: ValuePlan,
  clock: Stopwatch,
  work: Work = {},
): Promise<EditValue> {
  const { hyperparameters, layer } = plan;
  const prompts = rewriting(session.model, request, plan.templates, hyperparameters, plan.protect ?? []);
  const [preparing, optimising] = phases(work, [1, 4]);
  const { traced, objective } = await prepareObjective(session, prompts, layer, clock, preparing);
  using _ = objective;
  const [initial] = traced.values;
  if (initial === undefined) throw new Error('an edit without a prompt');
  const { delta, steps } = await optimiseValue(objective, initial, hyperparameters, optimising, plan.onStep);
  clock.lap('value');
  return { traced, delta, steps, relativeNorm: norm(delta) / norm(initial) };
}
