import type { EditObjective } from '../../autodiff/objective.ts';
import { norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import { Adam } from './adam.ts';

/** One step of the value's optimisation. */
export interface ValueStep {
  readonly step: number;
  /** Mean negative log-likelihood per target token over the rewriting prompts, in nats. */
  readonly nll: number;
  /** Weighted KL(now ‖ before) of the kept prompts, in nats. */
  readonly kl: number;
  /** ‖delta‖ / ‖v₀‖ at this step. */
  readonly relativeNorm: number;
  readonly milliseconds: number;
}

export interface OptimisedValue {
  /** What is to be added to the layer's MLP output. Shape [embedding]. */
  readonly delta: Float64Array;
  readonly steps: readonly ValueStep[];
}

/**
 * The value of ROME (2202.05262, section 3.1; `compute_v`): Adam on delta, loss = NLL of the target + KL of the kept
 * prompts + weightDecay ‖delta‖ / ‖v₀‖², ‖delta‖ bounded by clamp ‖v₀‖ after each step. Adam's first step moves each
 * element by the rate; counted in ‖v₀‖ / √width, it moves delta by that share of ‖v₀‖ in any model.
 *
 * @param initial v₀: the MLP output at the lookup token of the plain prompt
 */
export async function optimiseValue(
  objective: EditObjective,
  initial: Float64Array,
  hyperparameters: Hyperparameters,
  work: Work = {},
  onStep?: (step: ValueStep) => void,
): Promise<OptimisedValue> {
  const { steps, learningRate, rateIn, stopBelow, stopOn, clamp, weightDecay } = hyperparameters;
  const size = norm(initial);
  const unit = rateIn === 'value' ? size / Math.sqrt(objective.width) : 1;
  const delta = new Float64Array(objective.width);
  const adam = new Adam(objective.width, learningRate, unit);
  const taken: ValueStep[] = [];
  for (let step = 0; ; step++) {
    const started = performance.now();
    const { nll, kl, gradient } =
      step === 0 ? objective.atZero : await objective.evaluate(delta, work.signal);
    const length = norm(delta);
    const report = { step, nll, kl, relativeNorm: length / size, milliseconds: performance.now() - started };
    taken.push(report);
    onStep?.(report);
    work.report?.('optimizing the value', step / steps);
    const loss = stopOn === 'nll' ? nll : nll + kl + (weightDecay * length) / size ** 2;
    if (loss < stopBelow || step === steps) return { delta, steps: taken };
    if (length > 0) {
      for (const [i, x] of delta.entries()) {
        gradient[i] = (gradient[i] as number) + (weightDecay * x) / (length * size ** 2);
      }
    }
    adam.step(delta, gradient);
    const bound = (clamp * size) / norm(delta);
    if (bound < 1) for (const [i, x] of delta.entries()) delta[i] = x * bound;
  }
}
