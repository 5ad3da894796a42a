import * as z from 'zod';
import { PromptToken } from './activations.ts';

/** How much of an answer comes from each state, by its gradient, and what states make a model disposed to say. */

const byLayer = z.array(z.array(z.number())).describe('By layer, then by token.');

export const LensVector = z.strictObject({
  id: z.int(),
  token: z.string(),
  norm: z.array(z.number()).describe('‖J_lᵀw‖ of each layer, in logits per unit of the residual stream.'),
  raised: byLayer.describe(
    'By layer, then by token: (J_lᵀw)·(h − h̄), how far the state lifts the logit of this token above what it is after ordinary text, to first order.',
  ),
});
export type LensVector = z.infer<typeof LensVector>;

export const JacobianLens = z.strictObject({
  texts: z.int().describe('Texts of the model’s own that J_lᵀw and h̄ are averaged over.'),
  positions: z.int().describe('Tokens of those texts that were averaged over.'),
  vectors: z.array(LensVector).describe('The answer first, then the texts that were asked for.'),
});
export type JacobianLens = z.infer<typeof JacobianLens>;

export const GradientAttribution = z.strictObject({
  tokens: z.array(PromptToken),
  layers: z.int(),
  answer: z
    .strictObject({ id: z.int(), token: z.string() })
    .describe('The token whose probability is accounted for.'),
  probability: z.number().describe('Its probability after the prompt.'),
  subject: z
    .strictObject({
      first: z.int(),
      last: z.int(),
      corrupted: z.number(),
      samples: z.int(),
      noise: z.number(),
    })
    .nullable()
    .describe(
      'The tokens whose embeddings are corrupted, counted from 0, and the answer’s mean probability then; null where no subject was named.',
    ),
  attributed: z
    .strictObject({ residual: byLayer, mlp: byLayer, attention: byLayer })
    .describe(
      'Without a subject gradient · activation of the answer’s logit. With one gradient · (clean − corrupted) of its probability in the corrupted run: to first order what restoring the state would bring back.',
    ),
  lens: JacobianLens.nullable().describe('null where it was not asked for.'),
});
export type GradientAttribution = z.infer<typeof GradientAttribution>;
