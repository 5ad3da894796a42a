import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import type { LayerUpdate } from '../patches/update.ts';
import type { Covariance } from '../session/covariance.ts';
import type { EditTimes } from '../session/stopwatch.ts';
import type { ValueStep } from '../value/value.ts';

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
