import { InputError } from '../../errors.ts';
import { at } from '../../numeric/at.ts';
import type { GrowingGram } from '../../numeric/growingGram.ts';
import { mean, norm } from '../../numeric/vector.ts';
import { parted, phases, type Work } from '../../work/progress.ts';
import { locate } from '../keys/lookup.ts';
import { type LookupState, lookupStates } from '../keys/lookupStates.ts';
import type { LayerUpdate } from '../patches/update.ts';
import type { Covariance } from '../session/covariance.ts';
import { hasPostNorm } from '../session/editableLayers.ts';
import type { EditSession } from '../session/session.ts';
import { Stopwatch } from '../session/stopwatch.ts';
import { type EditValue, editValue, type ValuePlan } from '../value/editValue.ts';
import type { EditRequest } from '../value/rewriting.ts';
import type { BatchMethod, Subspaces } from './batchMethod.ts';
import type { ComputedEdit } from './computedEdit.ts';

/** One of the edits that are computed together. */
export interface BatchEdit extends Pick<ValuePlan, 'protect' | 'onStep'> {
  readonly id: string;
  readonly request: EditRequest;
}

/** What is known of a layer that a batch writes to. */
export interface BatchLayer {
  readonly layer: number;
  readonly covariance: Covariance;
  /** Those that the method needs. */
  readonly subspaces: Subspaces;
  /** What the method keeps of the batches of one sequence. */
  readonly memory: GrowingGram;
}

export interface BatchPlan extends Pick<ValuePlan, 'hyperparameters' | 'templates'> {
  readonly method: BatchMethod;
  /** From the lowest to the one that values are found in. */
  readonly layers: readonly BatchLayer[];
  /** Switches updates on, besides those of earlier batches. */
  readonly buildOn: (updates: readonly LayerUpdate[]) => Promise<void>;
}

/**
 * Edits many facts at once as MEMIT does (`memit_main.py`): the value of each at the last layer, and then, layer by
 * layer, what is still missing there of the residual stream, shared among the layers that are left.
 */
export async function computeBatch(
  session: EditSession,
  edits: readonly BatchEdit[],
  plan: BatchPlan,
  work: Work = {},
): Promise<ComputedEdit[]> {
  const { method, layers, hyperparameters, templates } = plan;
  const top = layers.at(-1);
  if (top === undefined) throw new Error('a batch that writes to no layer');
  const [finding, solving] = phases(work, [10, 1]);
  const values: (Omit<EditValue, 'traced'> & { clock: Stopwatch })[] = [];
  for (const [index, edit] of edits.entries()) {
    const clock = new Stopwatch();
    const own = parted(finding, index, edits.length, edit.id);
    const { findValue } = method;
    const how = { ...plan, ...edit, layer: top.layer, findValue };
    // the trace is large, and is let go of before the next
    const { traced: _, ...value } = await editValue(session, edit.request, how, clock, own);
    values.push({ ...value, clock });
  }
  const started = performance.now();
  const prompts = edits.flatMap(({ request }) =>
    templates.map((template) => locate(session.model, request, template)),
  );
  const read = async (layer: number, own: Work) =>
    statesOf(await lookupStates(session, prompts, { layer, top: top.layer }, own), templates.length);
  const updates: LayerUpdate[][] = edits.map(() => []);
  let wanted: Float64Array[] | undefined;
  let keys: Float64Array[] = [];
  for (const [index, { layer, covariance, subspaces, memory }] of layers.entries()) {
    const states = await read(layer, parted(solving, index, layers.length, `layer ${layer}`));
    keys = states.map(({ key }) => key);
    wanted ??= states.map(({ residual }, i) => residual.map((x, j) => x + at(at(values, i).delta, j)));
    const goal = wanted;
    const rows = await method.rows(
      { keys, covariance: covariance.solver, subspaces, memory, hyperparameters },
      { signal: work.signal },
    );
    for (const [i, { residual }] of states.entries()) {
      const left = residual.map((x, j) => (at(at(goal, i), j) - x) / (layers.length - index));
      updates[i]?.push({ layer, left, right: rows[i] ?? new Float64Array() });
    }
    if (index < layers.length - 1) await plan.buildOn(updates.flat());
  }
  const solve = (performance.now() - started) / edits.length;
  return values.map(({ steps, relativeNorm, clock }, i) => ({
    layer: top.layer,
    updates: updates[i] ?? [],
    key: keys[i] ?? new Float64Array(),
    steps,
    relativeNorm,
    updateNorm: Math.hypot(...(updates[i] ?? []).map(({ left, right }) => norm(left) * norm(right))),
    covariance: { samples: top.covariance.samples, condition: top.covariance.condition },
    times: { ...clock.times, solve },
  }));
}

/** One state an edit: the key averaged over its prompts, the residual stream of the plain one, which is the first. */
function statesOf(states: readonly LookupState[], prompts: number): Pick<LookupState, 'key' | 'residual'>[] {
  return Array.from({ length: states.length / prompts }, (_, i) => {
    const own = states.slice(i * prompts, (i + 1) * prompts);
    return {
      key: mean(own.map(({ key }) => key)),
      residual: own[0]?.residual ?? new Float64Array(),
    };
  });
}

/**
 * Where what an MLP adds is normed first, a missing piece of the residual stream says nothing of its output. In a single
 * layer nothing is missing but δ itself, which was found in front of the norm.
 *
 * @throws InputError for several layers of that kind
 */
export function refusePostNorm({ files, model }: EditSession, layers: readonly number[]): void {
  if (layers.length === 1 || !layers.some((layer) => hasPostNorm(files, layer))) return;
  throw new InputError(
    `${model.path} norms what its MLPs add, so that a change of the residual stream cannot be spread over ${layers.length} of them; set the hyperparameter spread to 1.`,
  );
}
