import * as z from 'zod';
import { PromptToken } from './activations.ts';

/** Where a model reads a fact: what each state of the clean run restores in a run with a corrupted subject. */

const effects = z.array(z.array(z.number())).describe('By layer, then by token.');

export const CausalTrace = z.strictObject({
  tokens: z.array(PromptToken),
  layers: z.int(),
  subject: z
    .strictObject({ first: z.int(), last: z.int() })
    .describe('The tokens whose embeddings are corrupted, counted from 0.'),
  answer: z
    .strictObject({ id: z.int(), token: z.string() })
    .describe('The token whose probability is followed.'),
  clean: z.number().describe('Its probability in the clean run.'),
  corrupted: z.number().describe('Its mean probability with the corrupted subject.'),
  totalEffect: z.number().describe('clean − corrupted'),
  indirect: z
    .strictObject({ residual: effects, mlp: effects, attention: effects })
    .describe(
      'Mean probability with one state restored, less `corrupted`; 0 before the subject, where nothing was corrupted.',
    ),
  samples: z.int().describe('Noises that were averaged over.'),
  noise: z.number().describe("Its standard deviation: 3 times that of the prompt's embeddings."),
  window: z.int().describe('Layers that are restored together for mlp and attention, around the one named.'),
});
export type CausalTrace = z.infer<typeof CausalTrace>;
