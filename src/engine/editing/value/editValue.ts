import type { Prompt } from '../../../protocol/chat.ts';
import type { EditObjective } from '../../autodiff/objective.ts';
import { at } from '../../numeric/at.ts';
import { norm } from '../../numeric/vector.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import { locate } from '../keys/lookup.ts';
import { lookupStates } from '../keys/lookupStates.ts';
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
  /** How it is looked for where that is not ROME's way; it has no use for KL. */
  readonly findValue?: ((start: ValueStart, work?: Work) => Promise<OptimisedValue>) | undefined;
}

/** Where a value is looked for. */
export interface ValueStart {
  readonly objective: Pick<EditObjective, 'evaluate' | 'width'>;
  /** v₀: the MLP output at the lookup token of the plain prompt. */
  readonly initial: Float64Array;
  /** h: the residual stream behind the layer there. */
  readonly residual: Float64Array;
  readonly hyperparameters: Hyperparameters;
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
  const { hyperparameters, layer, findValue, onStep } = plan;
  const weights = findValue === undefined ? hyperparameters : { ...hyperparameters, kl: 0 };
  const prompts = rewriting(session.model, request, plan.templates, weights, plan.protect ?? []);
  const [preparing, optimising] = phases(work, [1, 4]);
  const residual = findValue && (await residualOf(session, request, layer, preparing));
  const { traced, objective } = await prepareObjective(session, prompts, layer, clock, preparing);
  using _ = objective;
  const [initial] = traced.values;
  if (initial === undefined) throw new Error('an edit without a prompt');
  const { delta, steps } =
    findValue === undefined || residual === undefined
      ? await optimiseValue(objective, initial, hyperparameters, optimising, onStep)
      : await findValue({ objective, initial, residual, hyperparameters, onStep }, optimising);
  clock.lap('value');
  return { traced, delta, steps, relativeNorm: norm(delta) / norm(initial) };
}

/** h at the lookup token of the plain prompt. */
async function residualOf(
  session: EditSession,
  request: EditRequest,
  layer: number,
  work: Work,
): Promise<Float64Array> {
  const states = await lookupStates(session, [locate(session.model, request)], { layer, top: layer }, work);
  return at(states, 0).residual;
}
