import * as z from 'zod';
import { Prompt } from '../../protocol/chat.ts';
import { listOf } from '../listOf.ts';

/**
 * Version 1 of what a patch says of itself, since palimpsest 0.1.0. Its GGUF metadata are `palimpsest.format` (uint32,
 * absent in patches of 0.1.0), the strings `palimpsest.tool`, `palimpsest.base.digest` and `palimpsest.base.name`, and
 * as JSON `palimpsest.edits`, `palimpsest.hyperparameters` and `palimpsest.measures`.
 *
 * Later versions of the tool add to it: methods and measures that are not known here are kept as they are, other fields
 * are passed over.
 */

const count = z.int().min(0);

/** A step of a value's optimisation. */
const Step = z.object({ step: count, nll: z.number(), kl: z.number(), relativeNorm: z.number() });

const KeySimilarity = z.object({
  prompt: Prompt,
  cosine: z.number(),
  response: z.number(),
  position: count,
  token: z.string(),
});

/** What an edit was computed from besides its fact. */
const Inputs = z.object({
  sameSubject: listOf(Prompt).optional(),
  constraint: listOf(z.object({ prompt: Prompt, target: z.string() })).optional(),
  donors: listOf(z.object({ prompt: Prompt, subject: z.string() })).optional(),
});

/** One edit. What is optional came after the first patches, or not every method has it. */
const EditV1 = z.object({
  id: z.string(),
  prompt: Prompt,
  subject: z.string(),
  occurrence: count.optional(),
  target: z.object({ new: z.string(), true: z.string().optional() }),
  space: z.boolean().optional(),
  method: z.string(),
  hyperparameters: z.record(z.string(), z.unknown()).optional(),
  inputs: Inputs.optional(),
  layer: count,
  layers: listOf(count).optional(),
  layerReason: z.string().optional(),
  relativeNorm: z.number(),
  updateNorm: z.number(),
  relativeUpdateNorm: z.number().optional(),
  steps: z.int(),
  nll: z.tuple([z.number(), z.number()]),
  curve: listOf(Step).optional(),
  lostEnergy: z.number().optional(),
  keySimilarity: listOf(KeySimilarity).optional(),
});

const score = z.number().nullable().default(null);

/** What was measured of one edit. */
const EditMeasuresV1 = z.looseObject({
  id: z.string(),
  es: score,
  ps: score,
  ns: score,
  score,
  generationMatch: z.boolean().nullable().default(null),
  driftKl: score,
});

const MeasuresV1 = z.object({
  /** By name; `summaryV1` has those that are known. */
  summary: z.record(z.string(), z.unknown()),
  edits: listOf(EditMeasuresV1),
});

export const PatchV1 = z.object({
  base: z.object({ digest: z.string(), name: z.string().default('') }),
  tool: z.string().default(''),
  edits: listOf(EditV1),
  hyperparameters: z.record(z.string(), z.unknown()).default({}),
  measures: MeasuresV1.nullable().default(null),
});
export type PatchV1 = z.infer<typeof PatchV1>;

const share = z.object({ value: z.number(), n: count, low: z.number(), high: z.number() }).nullable();
const figure = z.number().nullable();
const side = z.object({
  es: share,
  ps: share,
  ns: share,
  score: figure,
  em: figure,
  pm: figure,
  nm: figure,
});

/** The measures of a whole patch that version 1 knows. */
export const summaryV1 = {
  counterfact: z.object({ protocol: z.string(), n: count, before: side, after: side }),
  easyEdit: z.object({
    protocol: z.string(),
    n: count,
    rewrite: share,
    rephrase: share,
    locality: share,
    portability: share,
  }),
  generationMatch: z.object({ protocol: z.string(), n: count, share }),
  drift: z.object({
    protocol: z.string(),
    n: count,
    meanKl: z.number(),
    maxKl: z.number(),
    perplexityBefore: z.number(),
    perplexityAfter: z.number(),
    sameTop: z.number().nullable().default(null),
  }),
} as const;
