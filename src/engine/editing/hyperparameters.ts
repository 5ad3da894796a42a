/** The knobs of locate-then-edit methods, under the names of the ROME release where it has them. */
export interface Hyperparameters {
  /** Gradient steps at most (`v_num_grad_steps`). */
  readonly steps: number;
  /** Adam's step (`v_lr`). */
  readonly learningRate: number;
  /** Stop when the mean negative log-likelihood per target token falls below this. */
  readonly stopBelow: number;
  /** Bound of ‖delta‖ as a multiple of ‖v₀‖ (`clamp_norm_factor`). */
  readonly clamp: number;
  /** Weight of KL(now ‖ before) at "{subject} is a" (`kl_factor`). */
  readonly kl: number;
  /** Weight of KL(now ‖ before) at the facts of the subject that are protected, shared among them. */
  readonly protect: number;
  /** Weight of ‖delta‖ / ‖v₀‖² (`v_weight_decay`). */
  readonly weightDecay: number;
  /** Prompts with a generated beginning, besides the plain one: [how many, of how many tokens]. */
  readonly templates: readonly (readonly [count: number, tokens: number])[];
  /** Added to the covariance's diagonal, as a share of its mean. */
  readonly ridge: number;
  /** Keys that the covariance is taken over, as a multiple of the key's width. */
  readonly samples: number;
  /** lambda of the several-key variant, as a share of the mean diagonal of KᵀC⁻¹K. */
  readonly keyRidge: number;
}

export const defaults: Hyperparameters = {
  steps: 25,
  learningRate: 0.5,
  stopBelow: 0.05,
  clamp: 4,
  kl: 0.0625,
  protect: 0.3,
  weightDecay: 1e-3,
  templates: [
    [2, 5],
    [1, 10],
  ],
  ridge: 1e-3,
  samples: 4,
  keyRidge: 0.1,
};
