import type { Edit } from '../../../protocol/edits.ts';
import { wordsOf } from '../../../protocol/promptWords.ts';
import { InputError } from '../../errors.ts';
import { ProbeContext } from '../../inspection/probeContext.ts';
import { proposeNeighbours } from '../../inspection/proposeNeighbours.ts';
import { score } from '../../inspection/scoring.ts';
import { around } from '../../inspection/subject.ts';
import { mean as average } from '../../numeric/mean.ts';
import { mean, norm } from '../../numeric/vector.ts';
import { phases, type Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import { locate } from '../keys/lookup.ts';
import { lookupStates } from '../keys/lookupStates.ts';
import type { LayerUpdate } from '../patches/update.ts';
import type { Covariance } from '../session/covariance.ts';
import type { EditSession } from '../session/session.ts';
import { Stopwatch } from '../session/stopwatch.ts';
import type { ValueStep } from '../value/value.ts';
import type { ComputedEdit } from './computedEdit.ts';
import { type Donor, inPlace, maxDonors } from './donorsIn.ts';
import { severalKeys } from './severalKeys.ts';

export interface DonorPlan {
  /** Where the value comes from; where there are none the model is asked for some. */
  readonly donors: readonly Donor[];
  readonly layer: number;
  readonly hyperparameters: Hyperparameters;
  readonly templates: readonly string[];
  readonly covariance: Covariance;
  /** Switches updates on, besides those of earlier edits. */
  readonly buildOn: (updates: readonly LayerUpdate[]) => Promise<void>;
  readonly onStep?: ((step: ValueStep) => void) | undefined;
}

/**
 * An edit without any gradient, as a fast preview: the value comes from donors, subjects of which the new answer is
 * true. δ is what the residual stream after the layer holds at their last tokens, on average, beyond what it holds at
 * the edited subject, and goes into the weight as by ROME over several keys.
 *
 * It cannot make an answer that no subject of the model has, nor keep what else the model knows of the subject: all
 * that the donors have in common comes along. Use it to see whether a layer holds the fact; then edit by another method.
 */
export async function donorEdit(
  session: EditSession,
  edit: Edit,
  plan: DonorPlan,
  work: Work = {},
): Promise<ComputedEdit> {
  const { layer, hyperparameters, templates, covariance } = plan;
  const { model } = session;
  const [looking, reading] = phases(work, [5, 1]);
  const clock = new Stopwatch();
  const donors = plan.donors.length > 0 ? plan.donors : await proposed(session, edit, looking);
  clock.lap('twin');
  const own = templates.map((template) => locate(model, edit, template));
  const taken = donors.map((donor) => locate(model, donor));
  const states = await lookupStates(session, [...own, ...taken], { layer, top: layer }, reading);
  const keys = states.slice(0, own.length).map(({ key }) => key);
  const values = states.slice(0, own.length).map(({ value }) => value);
  const [plain] = states;
  if (plain === undefined) throw new Error('an edit without a prompt');
  const wanted = mean(states.slice(own.length).map(({ residual }) => residual));
  const delta = wanted.map((x, i) => x - (plain.residual[i] as number));
  clock.lap('keys');
  const { solver, samples, condition } = covariance;
  const { keyRidge } = hyperparameters;
  const asked = { keys, values, delta, covariance: solver, keyRidge };
  const update = { layer, ...(await severalKeys(asked, { signal: work.signal })) };
  clock.lap('solve');
  const relativeNorm = norm(delta) / norm(plain.value);
  const steps: ValueStep[] = [];
  using context = new ProbeContext(session.model, { threads: session.devices.threads });
  for (const [step, updates] of [[], [update]].entries()) {
    const started = performance.now();
    await plan.buildOn(updates);
    const nll = await nllOf(context, session.applied, edit, work);
    const milliseconds = performance.now() - started;
    steps.push({ step, nll, kl: 0, relativeNorm: step * relativeNorm, milliseconds });
  }
  await plan.buildOn([]);
  for (const step of steps) plan.onStep?.(step);
  clock.lap('value');
  return {
    layer,
    updates: [update],
    key: mean(keys),
    steps,
    relativeNorm,
    updateNorm: norm(update.left) * norm(update.right),
    covariance: { samples, condition },
    times: clock.times,
  };
}

/** The same prompt about other subjects that the model answers with the new target. */
async function proposed(session: EditSession, edit: Edit, work: Work): Promise<Donor[]> {
  const { id, target } = edit;
  using context = new ProbeContext(session.model, { threads: session.devices.threads });
  context.setAdapters(session.applied);
  const asked = { ...edit, target: { new: target.true ?? target.new, true: target.new } };
  const { neighbours } = await proposeNeighbours(context, asked, { ...work, count: maxDonors });
  context.setAdapters([]);
  if (neighbours.length === 0) {
    throw new InputError(
      `Neither the edits nor the model name another subject whose answer is "${target.new}"; give the edit "${id}" a donor.`,
    );
  }
  const place = around(edit);
  return neighbours.map((one) => ({
    prompt: one.prompt,
    subject: inPlace(one.prompt, place) ?? wordsOf(one.prompt),
  }));
}

/** Mean NLL per token of the new target after the prompt, in nats. */
async function nllOf(
  context: ProbeContext,
  on: EditSession['applied'],
  { prompt, target, space }: Edit,
  work: Work,
): Promise<number> {
  context.setAdapters(on);
  const [read] = await score(context, [{ prompt, continuations: [target.new], space }], {
    signal: work.signal,
  });
  context.setAdapters([]);
  return average(read?.continuations[0]?.nll ?? []);
}
