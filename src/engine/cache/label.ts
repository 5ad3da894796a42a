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

/** The digest of files, with what tells that they are still the same. */
export const KeptDigest = z.object({
  /** For people: the first of the files. */
  about: z.string(),
  /** A line a file: path, size, times and inode. */
  stamps: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
});
export type KeptDigest = z.infer<typeof KeptDigest>;
