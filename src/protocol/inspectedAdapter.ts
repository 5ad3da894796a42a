import { z } from 'zod';

/** What `inspect` says of an adapter, from its factors alone. */

const AdapterWeight = z.strictObject({
  tensor: z.string(),
  layer: z.int().nullable().describe('null outside of the layers.'),
  role: z.string().describe('The tensor without its layer, such as ffn_down.'),
  rank: z.int().describe('Of the factors as they are stored.'),
  directions: z.int().describe('Singular values of at least 1 % of the largest.'),
  norm: z.number().describe('‖ΔW‖ at strength 1.'),
  values: z.array(z.number()).describe('The largest 16 singular values of ΔW at strength 1.'),
});
export type AdapterWeight = z.infer<typeof AdapterWeight>;

export const InspectedAdapter = z.strictObject({
  adapter: z.string(),
  bytes: z.int(),
  architecture: z.string().nullable(),
  alpha: z.number(),
  weights: z.array(AdapterWeight).describe('By layer, those outside of the layers last.'),
  alike: z
    .number()
    .nullable()
    .describe(
      'Mean |cos| of the leading left directions of any two matrices that write to the residual stream; null for fewer than two.',
    ),
  evidence: z.array(z.string()).describe('Sentences, the weightiest first.'),
  tool: z.string(),
});
export type InspectedAdapter = z.infer<typeof InspectedAdapter>;
