import * as z from 'zod';
import { Prompt } from './chat.ts';
import { KeySimilarity, MeasuredEdit, ValueStep } from './editing.ts';
import { Edit, EditsFile } from './edits.ts';
import { Counterfact, Drift, EasyEdit, GenerationMatch } from './measures.ts';
import { AppliedPatch, ModelName } from './model.ts';
import { ProbeComparison } from './probe.ts';

/** What patch files keep and say, and what applying and baking them asks for and gives. */

/** What an edit was computed from besides its fact. */
export const PatchedInputs = z.strictObject({
  sameSubject: z.array(Prompt).optional().describe('The prompts that were protected.'),
  constraint: z
    .array(z.strictObject({ prompt: Prompt, target: z.string() }))
    .optional()
    .describe('What DINM held.'),
  donors: z
    .array(z.strictObject({ prompt: Prompt, subject: z.string() }))
    .optional()
    .describe('What the edits file offered as donors.'),
});
export type PatchedInputs = z.infer<typeof PatchedInputs>;

/** One edit as its patch remembers it. What is optional is missing from patches of earlier versions. */
export const PatchedEdit = z.object({
  id: z.string(),
  prompt: Prompt,
  subject: z.string(),
  occurrence: Edit.shape.occurrence,
  target: z.object({ new: z.string(), true: z.string().optional() }),
  space: Edit.shape.space,
  method: z.string().describe('One of the methods, or one that a newer version has.'),
  hyperparameters: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Those that are others than the patch says for all its edits.'),
  inputs: PatchedInputs.optional(),
  layer: z.int().min(0),
  layers: z.array(z.int().min(0)).optional().describe('All layers that are written, where they are several.'),
  layerReason: z.string().optional(),
  relativeNorm: z.number().describe('‖δ‖ / ‖v₀‖'),
  updateNorm: z.number().describe('‖ΔW‖, Frobenius.'),
  relativeUpdateNorm: z.number().optional().describe('‖ΔW‖ / ‖W‖, Frobenius.'),
  steps: z.int(),
  nll: z
    .tuple([z.number(), z.number()])
    .describe('Mean negative log-likelihood per target token at the first and the last step, in nats.'),
  curve: z.array(ValueStep.omit({ milliseconds: true })).optional(),
  lostEnergy: z
    .number()
    .optional()
    .describe('The share of ‖ΔW‖² that the patch leaves out, where ΔW was cut to a lower rank.'),
  keySimilarity: z.array(KeySimilarity).optional(),
});
export type PatchedEdit = z.infer<typeof PatchedEdit>;

/** What a patch was measured by when it was made, on alone; null for what it was not. */
export const PatchMeasures = z.strictObject({
  summary: z.strictObject({
    counterfact: Counterfact.nullable(),
    easyEdit: EasyEdit.nullable(),
    generationMatch: GenerationMatch.nullable(),
    drift: Drift.nullable(),
  }),
  edits: z.array(
    z.looseObject({
      id: z.string(),
      ...MeasuredEdit.pick({ es: true, ps: true, ns: true, score: true }).shape,
      generationMatch: MeasuredEdit.shape.generationMatch.nullable(),
      driftKl: MeasuredEdit.shape.driftKl.nullable(),
    }),
  ),
  others: z
    .record(z.string(), z.unknown())
    .describe('Measures of the whole patch that this version does not know, as the patch has them.'),
});
export type PatchMeasures = z.infer<typeof PatchMeasures>;

/** What a patch says of itself. */
export const PatchDescription = z.strictObject({
  base: z.strictObject({ digest: z.string(), name: z.string(), architecture: z.string() }),
  edits: z.array(PatchedEdit),
  hyperparameters: z.record(z.string(), z.unknown()),
  tool: z.string(),
  measures: PatchMeasures.nullable().describe('null where nothing was measured.'),
});
export type PatchDescription = z.infer<typeof PatchDescription>;

export const PatchInfo = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  architecture: z.string().nullable(),
  alpha: z.number().nullable(),
  tensors: z.array(z.strictObject({ target: z.string(), rank: z.int() })),
  description: PatchDescription.nullable().describe(
    'What the patch says of itself; null for an adapter made elsewhere.',
  ),
  warnings: z
    .array(z.string())
    .describe('Sentences on what llama.cpp does otherwise with it than its maker meant.'),
});
export type PatchInfo = z.infer<typeof PatchInfo>;

export const BakeParams = z.strictObject({
  model: ModelName,
  patches: z.array(AppliedPatch).min(1),
  out: z.string().min(1).describe("The checkpoint to be written; never one of the model's own files."),
  edits: EditsFile.optional().describe(
    'Probes to measure the checkpoint by, besides the prompts of the patches.',
  ),
});

export const Baked = z.strictObject({
  model: z.string(),
  out: z.string(),
  digest: z.string().describe('Of the checkpoint.'),
  bytes: z.int(),
  tensors: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      change: z.number().nullable().describe('‖ΔW‖ / ‖W‖ that the patches ask for; null where W is 0.'),
      loss: z.number().describe('‖stored − wanted‖ / ‖ΔW‖: what the type could not hold of the change.'),
    }),
  ),
  probes: z.array(ProbeComparison).describe('The base before, the checkpoint after.'),
  counterfact: Counterfact,
});
export type Baked = z.infer<typeof Baked>;

export const ReproduceParams = z.strictObject({
  model: ModelName,
  patch: z.string().min(1),
  text: z.string().optional().describe('The text file that the covariance was taken from, where it was.'),
});

export const Reproduced = z.strictObject({
  model: z.string(),
  patch: z.string(),
  edits: z.int(),
  identical: z.boolean().describe('Whether all tensors have the bytes that the patch has.'),
  tensors: z.array(z.strictObject({ name: z.string(), identical: z.boolean() })),
});
export type Reproduced = z.infer<typeof Reproduced>;

export const ApplyParams = z.strictObject({ model: ModelName, patches: z.array(AppliedPatch).min(1) });
