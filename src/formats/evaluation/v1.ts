import * as z from 'zod';
import type { Evaluated } from '../../protocol/evaluation.ts';
import { version } from '../version.ts';

/**
 * Version 1 of `evaluation.json`, since palimpsest 0.1.0. The tool writes it and programs keep it: later versions of the
 * tool add methods, measures and fields, so that none of these is a closed list. What is not known is kept.
 */

const measured = z.number().nullable();

const edit = z.looseObject({
  id: z.string(),
  es: measured.describe('Share of the prompts on which the new answer is likelier than the true one.'),
  ps: measured.describe('The same on paraphrases.'),
  ns: measured.describe('Share of the neighbors that keep their answers.'),
  score: measured.describe('Harmonic mean of the three.'),
  generationMatch: z.boolean(),
  driftKl: measured.describe('Mean KL(before ‖ after) on control text, in nats; null if not measured.'),
  seconds: z.number().describe("Computing it, once its layer's covariance is there."),
});

const method = z.looseObject({
  method: z.string(),
  asked: z.int().describe('Edits that it was asked for.'),
  layers: z.array(z.int()).describe('The layers that were written; none in context.'),
  secondsPerEdit: z.number().describe('Median.'),
  stopped: z.string().nullable().describe('Why not all edits came on.'),
  refused: z.array(z.looseObject({ id: z.string(), reason: z.string() })),
  sequence: z.looseObject({}).nullable().describe('How the model did meanwhile; null without a sequence.'),
  summary: z.looseObject({}).describe('By the name of the measure.'),
  score: z
    .looseObject({ value: z.number(), n: z.int(), low: z.number(), high: z.number() })
    .nullable()
    .describe('S with its 95 % bootstrap interval over edits.'),
  safety: z.looseObject({}).nullable(),
  edits: z.array(edit),
});

export const EvaluationV1 = z.looseObject({
  version,
  model: z.string(),
  digest: z.string(),
  tool: z.string(),
  together: z.boolean().describe('All edits in one patch a method, not each alone.'),
  edits: z.int().describe('Edits that each method was asked for at most.'),
  resumed: z.int().describe('Of what is here, so many measurements were there from an earlier run.'),
  methods: z.array(method),
});
export type EvaluationV1 = z.infer<typeof EvaluationV1>;

export function evaluationV1(evaluated: Evaluated): EvaluationV1 {
  return { version: 1, ...evaluated };
}
