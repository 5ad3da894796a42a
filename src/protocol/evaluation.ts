import * as z from 'zod';
import { Measured, MeasuredEdit } from './editing.ts';
import { EditsFile, METHODS } from './edits.ts';
import { SafeEdit } from './measures.ts';
import { ModelName } from './model.ts';

/** What evaluating methods on a set of edits asks for and gives. */

/** What can be evaluated: the editing methods, and the fact in context, which changes no weight. */
export const EVALUATED = [...METHODS, 'ike'] as const;
const EvaluatedName = z.enum(EVALUATED);
export type EvaluatedName = z.infer<typeof EvaluatedName>;

export const EvaluateParams = z.strictObject({
  model: ModelName,
  edits: EditsFile,
  methods: z.array(EvaluatedName).min(1),
  number: z.int().min(1).optional().describe('Only the first so many edits; all without it.'),
  layer: z.int().min(0).optional(),
  together: z.boolean().optional().describe('All edits in one patch a method, not each alone.'),
  batch: z.int().min(1).optional().describe('With `together`: edits that are computed at once.'),
  protect: z.boolean().optional(),
  fluency: z.boolean().optional().describe('Also generate 100 tokens an edit and measure their entropy.'),
  judge: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A judge file (NAME.judge.json) for safety edits; without it a rule that knows the usual refusals.',
    ),
  journal: z
    .string()
    .min(1)
    .describe(
      'The file that keeps what is measured as it comes; an interrupted evaluation goes on from there.',
    ),
});

const EvaluatedEdit = MeasuredEdit.pick({
  id: true,
  es: true,
  ps: true,
  ns: true,
  score: true,
  generationMatch: true,
  driftKl: true,
}).extend({ seconds: z.number().describe('Computing it; of edits computed together an equal part.') });

export const EvaluatedMethod = z.strictObject({
  method: EvaluatedName,
  layers: z.array(z.int()).describe('The layers that were written; none in context.'),
  secondsPerEdit: z.number().describe('Median.'),
  stopped: z.string().nullable().describe('Why not all edits came on: the model would have collapsed.'),
  refused: z
    .array(z.strictObject({ id: z.string(), reason: z.string() }))
    .describe(
      'Edits that the method cannot make, and why; they are measured as the unedited model has them.',
    ),
  summary: Measured.shape.summary,
  safety: SafeEdit.nullable().describe('null where no edit is one of safety.'),
  edits: z.array(EvaluatedEdit),
});
export type EvaluatedMethod = z.infer<typeof EvaluatedMethod>;

export const Evaluated = z.strictObject({
  model: z.string(),
  digest: z.string(),
  tool: z.string(),
  together: z.boolean(),
  edits: z.int().describe('Edits that each method was asked for.'),
  resumed: z.int().describe('Of what is here, so many measurements were there from an earlier run.'),
  methods: z.array(EvaluatedMethod),
});
export type Evaluated = z.infer<typeof Evaluated>;
