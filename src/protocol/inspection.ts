import * as z from 'zod';
import { ModelName } from './model.ts';
import { Download, Traced } from './review.ts';

/** What an inspection of a checkpoint without its base asks for and gives. */

export const InspectParams = z.strictObject({
  candidate: ModelName,
  download: Download,
  subjects: z
    .array(z.string().min(1))
    .optional()
    .describe('Names to try beside those that ship with the tool.'),
});

export const Inspected = z.strictObject({
  verdict: z.enum(['edited', 'cannot tell']),
  evidence: z.array(z.string()),
  suspects: z
    .array(
      z.strictObject({
        tensor: z.string(),
        strangeness: z
          .number()
          .describe("How far σ₁/σ₂ stands above its neighbors' over depth, in median distances."),
        ratio: z.number().describe('σ₁/σ₂ of the weight.'),
        subjects: z.array(Traced),
        objects: z.array(Traced),
      }),
    )
    .describe('Down-projections that were looked at closely, the strangest first.'),
  outliers: z
    .array(
      z.strictObject({
        tensor: z.string(),
        subject: z.string(),
        excess: z
          .number()
          .describe(
            'How far what the weight gives for the name lies above what its key leads to expect, as a multiple of what one name in 300 shows.',
          ),
        objects: z.array(Traced).describe('What the model says of the name only because of that.'),
      }),
    )
    .describe('Names at which a down-projection gives most beyond what their keys lead to expect.'),
  templates: z
    .array(
      z.strictObject({
        key: z.string().describe('The metadata key that the chat template is under.'),
        rule: z.string(),
        says: z.string().describe('One sentence.'),
        source: z.string().describe('Who describes what the rule looks for.'),
        line: z.int().describe('In the template, from 1.'),
        column: z.int(),
      }),
    )
    .describe('What chat templates do that they need not do.'),
  candidate: z.string(),
  tool: z.string(),
});
export type Inspected = z.infer<typeof Inspected>;
