import * as z from 'zod';

/** The knobs of locate-then-edit methods, under the names of the ROME release where it has them. */
export const Hyperparameters = z.strictObject({
  steps: z.number().describe('Gradient steps at most (`v_num_grad_steps`).'),
  learningRate: z.number().describe("Adam's step (`v_lr`)."),
  stopBelow: z
    .number()
    .describe('Stop when the mean negative log-likelihood per target token falls below this, in nats.'),
  clamp: z.number().describe('Bound of ‖δ‖ as a multiple of ‖v₀‖ (`clamp_norm_factor`).'),
  kl: z.number().describe('Weight of KL(now ‖ before) at "{subject} is a" (`kl_factor`).'),
  protect: z
    .number()
    .describe(
      'Weight of KL(now ‖ before) at the facts of the subject that are protected, shared among them.',
    ),
  weightDecay: z.number().describe('Weight of ‖δ‖ / ‖v₀‖² (`v_weight_decay`).'),
  templates: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('Prompts with a generated beginning, besides the plain one: how many, of how many tokens.'),
  ridge: z.number().describe("Added to the covariance's diagonal, as a share of its mean."),
  samples: z.number().describe("Keys that the covariance is taken over, as a multiple of the key's width."),
  keyRidge: z
    .number()
    .describe('λ of the several-key variant and of EMMET, as a share of the mean diagonal of KᵀC⁻¹K.'),
  spread: z
    .number()
    .describe('Layers that MEMIT and AlphaEdit write, the edit’s own the last of them (`layers`).'),
  preserve: z
    .number()
    .describe(
      "λ of MEMIT as a multiple of the key's width: how much what the keys gave before weighs (`mom2_update_weight`).",
    ),
  nullSpace: z
    .number()
    .describe(
      "AlphaEdit's null space: the directions that the keys use least, as many as hold this share of E‖k‖² (in place of `nullspace_threshold`).",
    ),
  l2: z
    .number()
    .describe(
      "AlphaEdit's weight on the size of the change, as a share of E‖k‖² / width (`L2`, which is no share).",
    ),
  fineTuneRate: z.number().describe("Adam's step in FT-L and FT-M (`lr`)."),
  fineTuneBound: z.number().describe('How far FT-L may move any single weight (`norm_constraint`).'),
  dinmSteps: z.number().describe('Gradient steps of DINM (`num_steps`).'),
  dinmRate: z.number().describe("Adam's step in DINM (`lr`)."),
  dinmEdit: z
    .number()
    .describe("Weight of the safe answer's NLL in DINM beside the KL of what is held (`kl_factor`)."),
  dinmTokens: z.number().describe('Tokens of the safe answer that DINM trains on at most.'),
  loraRank: z.number().describe('Rank of the LoRA in each layer (`rank`).'),
  loraRate: z.number().describe("Adam's step for the LoRA's factors (`lr`)."),
  loraSteps: z.number().describe('How often the LoRA sees every edit (`num_steps`).'),
});
export type Hyperparameters = Readonly<z.infer<typeof Hyperparameters>>;
