import * as z from 'zod';

/** What a kept file of matrices says of itself, as JSON in its header. */
export const Label = z.object({
  /** For people: whose it is. */
  about: z.string(),
  /** All that decides what the matrices are: digest of the model, layer, text, settings. */
  madeFrom: z.array(z.union([z.string(), z.number(), z.null()])),
  numbers: z.record(z.string(), z.number()),
});
export type Label = z.infer<typeof Label>;

export const labelKey = 'palimpsest.cache.label';

/** The same of a sweep. */
export const SweepLabel = z.object({ found: z.object({ digest: z.string(), method: z.string() }) });
