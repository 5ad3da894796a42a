import * as z from 'zod';
import { PromptToken } from './activations.ts';

const pattern = z.instanceof(Float32Array).describe('heads × reading token × token that is read, 0..1.');

/** Attention of one layer by head, without and with patches. */
export const AttentionComparison = z.strictObject({
  tokens: z.array(PromptToken),
  layer: z.int(),
  heads: z.int(),
  before: pattern,
  after: pattern,
});
export type AttentionComparison = z.infer<typeof AttentionComparison>;
