import * as z from 'zod';
import { EditsFile } from '../../protocol/edits.ts';
import { Inspected } from '../../protocol/inspection.ts';
import { Reviewed } from '../../protocol/review.ts';

const KeptRevision = z.strictObject({
  kind: z.literal('revision'),
  repository: z.string().min(1),
  path: z.string().min(1),
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  subject: z.string(),
});

const KeptSide = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
  KeptRevision,
  z.strictObject({ kind: z.literal('reference'), name: z.string().min(1) }),
]);

/** A review as its file in the window's storage holds it. */
export const KeptReview = z.strictObject({
  base: KeptSide.nullable().describe('null for an inspection without the base.'),
  candidate: KeptSide,
  policy: z
    .union([z.string(), KeptRevision])
    .nullable()
    .describe('A preset, the path of a policy file, or a policy file as a revision holds it.'),
  probes: EditsFile.nullable().describe("The policy's probes that were asked; null without."),
  trustedKeys: z
    .array(z.string())
    .describe(
      "Public keys that the candidate's signature was verified with: paths, or Git objects of a revision's policy.",
    ),
  reviewed: Reviewed.nullable(),
  inspected: Inspected.nullable(),
  tensors: z.array(z.string()).describe('The names of all tensors of the candidate.'),
  patch: z.string().nullable().describe('Where the reversal patch was written.'),
});
export type KeptReview = z.infer<typeof KeptReview>;
