import * as z from 'zod';

/** The state of a model that an edit was measured in: what its numbers hold for, and for nothing else. */
export const MeasuredState = z.strictObject({
  base: z.string().describe("The digest of the model's files."),
  patches: z
    .array(
      z.strictObject({
        path: z.string().nullable().describe('null for one that was computed to be measured, and not kept.'),
        digest: z.string().describe('Of what the patch adds; what its file says of itself does not count.'),
        strength: z.number(),
      }),
    )
    .describe('What was on, in order; in context nothing is.'),
  asked: z.enum(['text', 'chat']).describe("How the edit's own prompt was put to the model."),
  thresholds: z.strictObject({
    answerTokens: z.int().describe('Greedy tokens in which the new answer is looked for.'),
    driftKl: z.number().describe('Nats on control text above which not all is well.'),
  }),
});
export type MeasuredState = z.infer<typeof MeasuredState>;
