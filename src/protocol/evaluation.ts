import * as z from 'zod';
import { EditSequence, HyperparameterWishes, Measured, MeasuredEdit } from './editing.ts';
import { EditsFile } from './edits.ts';
import { SafeEdit, Share } from './measures.ts';
import { EVALUATED } from './methods.ts';
import { ModelName } from './model.ts';
import { PRESETS } from './presets.ts';

/** What evaluating methods on a set of edits asks for and gives. */

const EvaluatedName = z.enum(EVALUATED);

export const EvaluateParams = z.strictObject({
  model: ModelName,
  edits: EditsFile,
  methods: z.array(EvaluatedName).min(1),
  numbers: z
    .array(z.int().min(1))
    .min(1)
    .optional()
    .describe('Only the first so many edits; with `together` one after the other. All edits without it.'),
  layer: z.int().min(0).optional(),
  together: z.boolean().optional().describe('All edits in one patch a method, not each alone.'),
  batch: z.int().min(1).optional().describe('With `together`: edits that are computed at once.'),
  protect: z.boolean().optional(),
  preset: z.enum(PRESETS).optional(),
  hyperparameters: HyperparameterWishes.optional(),
  drift: z.boolean().optional().describe('Read control text under every patch; so without it.'),
  fluency: z.boolean().optional().describe('Also generate 100 tokens an edit and measure their entropy.'),
  judge: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A judge file (NAME.judge.json) for safety edits; without it a rule that knows the usual refusals.',
    ),
  allowedCommand: z
    .array(z.string())
    .optional()
    .describe('The command that the judge file may run, as a person was shown it; no other is run.'),
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
}).extend({
  driftKl: z
    .number()
    .nullable()
    .describe(
      'Mean KL(before ‖ after) on control text, in nats, of the patch that it is in; null if not measured.',
    ),
  seconds: z
    .number()
    .describe("Computing it, once its layer's covariance is there; of edits solved together an equal part."),
});

export const EvaluatedMethod = z.strictObject({
  method: EvaluatedName,
  asked: z.int().describe('Edits that it was asked for; fewer came on where a sequence stopped.'),
  layers: z.array(z.int()).describe('The layers that were written; none in context.'),
  secondsPerEdit: z.number().describe('Median.'),
  stopped: z.string().nullable().describe('Why not all edits came on: the model would have collapsed.'),
  refused: z
    .array(z.strictObject({ id: z.string(), reason: z.string() }))
    .describe(
      'Edits that the method cannot make, and why; they are measured as the unedited model has them.',
    ),
  sequence: EditSequence.nullable().describe('How the model did meanwhile; null without a sequence.'),
  summary: Measured.shape.summary,
  score: Share.nullable().describe('S with its 95 % bootstrap interval over edits; null where S is.'),
  safety: SafeEdit.nullable().describe('null where no edit is one of safety.'),
  edits: z.array(EvaluatedEdit),
});
export type EvaluatedMethod = z.infer<typeof EvaluatedMethod>;

export const Evaluated = z.strictObject({
  model: z.string(),
  digest: z.string(),
  tool: z.string(),
  together: z.boolean(),
  edits: z.int().describe('Edits that each method was asked for at most.'),
  resumed: z.int().describe('Of what is here, so many measurements were there from an earlier run.'),
  methods: z.array(EvaluatedMethod),
});
export type Evaluated = z.infer<typeof Evaluated>;
