import * as z from 'zod';
import { PromptToken } from './activations.ts';

const pattern = z
  .instanceof(Float32Array)
  .describe('heads × reading token × token that is read, 0..1; where it was reduced, tiles of tokens.');

/** Attention of one layer by head, without and with patches. */
export const AttentionComparison = z.strictObject({
  tokens: z.array(PromptToken),
  layer: z.int(),
  heads: z.int().describe('Of the layer.'),
  head: z.int().nullable().describe('The one that is here; null where all are.'),
  side: z.int().describe('Rows and columns of a pattern: the tokens, or tiles of them.'),
  before: pattern,
  after: pattern,
});
export type AttentionComparison = z.infer<typeof AttentionComparison>;
