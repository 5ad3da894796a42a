import * as z from 'zod';
import { Edit, EditsFile, METHODS } from './edits.ts';
import { Hyperparameters } from './hyperparameters.ts';
import { Counterfact, Drift, EasyEdit, Fluency, GenerationMatch } from './measures.ts';
import { AppliedPatch, ModelName, Patches } from './model.ts';
import { ProbeComparison } from './probe.ts';

/** What computing, measuring and keeping edits asks for and gives. */

const choice = {
  edits: EditsFile,
  only: z.array(z.string()).optional().describe('The ids of the edits that are meant; all without it.'),
};

const computation = {
  method: z.enum(METHODS).optional().describe("Instead of what the file says, or the engine's default."),
  layer: z.int().min(0).optional().describe('Instead of what the file says, or what the engine proposes.'),
  protect: z.boolean().optional().describe("Hold the subject's other facts (the sameSubject probes)."),
  text: z
    .string()
    .optional()
    .describe("Take the covariance from this text file, not from the model's own samples."),
};

export const ValueStep = z.strictObject({
  step: z.int(),
  nll: z.number().describe('Mean negative log-likelihood per target token, in nats.'),
  kl: z.number().describe('Weighted KL(now ‖ before) of the prompts that are held, in nats.'),
  relativeNorm: z.number().describe('‖δ‖ / ‖v₀‖'),
  milliseconds: z.number(),
});
export type ValueStep = z.infer<typeof ValueStep>;

export const KeySimilarity = z
  .strictObject({
    prompt: z.string(),
    cosine: z
      .number()
      .describe(
        "cos(k, k*) at the token where it is largest: how close the prompt's keys come to the edit's.",
      ),
    response: z
      .number()
      .describe(
        'u·k / u·k* at the token where it is largest in magnitude: the share of the edit that the update adds there.',
      ),
    position: z.int().describe('That token, counted from 0.'),
    token: z.string().describe('Its text.'),
  })
  .describe(
    'How close a neighbourhood prompt comes to the edited key k*, the mean over the rewriting prompts.',
  );
export type KeySimilarity = z.infer<typeof KeySimilarity>;

export const EditReport = z.strictObject({
  id: z.string(),
  method: z.enum(METHODS),
  layer: z.int().describe('Where the value was found.'),
  layers: z.array(z.int()).optional().describe('All layers that are written, where they are several.'),
  layerReason: z.string().describe('Why this layer.'),
  steps: z.array(ValueStep),
  relativeNorm: z.number().describe('‖δ‖ / ‖v₀‖'),
  updateNorm: z.number().describe('‖ΔW‖, Frobenius.'),
  relativeUpdateNorm: z.number().describe('‖ΔW‖ / ‖W‖, Frobenius; W as the file stores it.'),
  lostEnergy: z
    .number()
    .optional()
    .describe('The share of ‖ΔW‖² that the patch leaves out, where ΔW was cut to a lower rank.'),
  keySimilarity: z.array(KeySimilarity).describe("Of the edit's neighbourhood probes, in their order."),
  hyperparameters: Hyperparameters,
  templates: z.array(z.string()).describe('The rewriting prompts, with {} for the prompt of the edit.'),
  covariance: z
    .strictObject({
      samples: z.int().describe('Keys that it was taken over.'),
      condition: z.number().describe('Largest over smallest eigenvalue, with the ridge.'),
    })
    .nullable()
    .describe("The second moment of the layer's keys; null for a method that needs none."),
  seconds: z.strictObject({ keys: z.number(), twin: z.number(), value: z.number(), solve: z.number() }),
});
export type EditReport = z.infer<typeof EditReport>;

export const EditParams = z.strictObject({
  model: ModelName,
  ...choice,
  ...computation,
  batch: z
    .int()
    .min(1)
    .optional()
    .describe('Edits that methods for many facts compute together; all at once without it.'),
  each: z.boolean().optional().describe('One patch an edit, into the folder `out`, not one with all.'),
  sweep: z.boolean().optional().describe('Try several layers on the first edits and take the best.'),
  measure: z
    .boolean()
    .optional()
    .describe('Measure each patch, on alone, before it is written; it keeps the measures.'),
  out: z.string().min(1).describe('The patch file, or the folder for `each`.'),
});

export const EditEvent = z.strictObject({ id: z.string(), step: ValueStep });

export const MeasureParams = z.strictObject({
  model: ModelName,
  ...choice,
  ...computation,
  patches: Patches.optional().describe('What is measured; without it what is on now.'),
  each: z.boolean().optional().describe('Compute every edit, apply it alone, measure it, revert it.'),
  fluency: z.boolean().optional().describe('Also generate 100 tokens an edit and measure their entropy.'),
});

const score = z.number().nullable().describe('0..1; null without such a probe.');

export const MeasuredEdit = z.strictObject({
  id: z.string(),
  es: score,
  ps: score,
  ns: score,
  score,
  generationMatch: z.boolean().describe('The new target is in the greedy continuation.'),
  driftKl: z.number().describe('Mean KL(before ‖ after) on control text, in nats; 0 for the unedited model.'),
  generated: z.strictObject({ before: z.string(), after: z.string() }),
  asChat: z
    .strictObject({
      generated: z.strictObject({ before: z.string(), after: z.string() }),
      generationMatch: z.boolean().describe('The new target is in the answer after.'),
    })
    .nullable()
    .describe(
      "What a chat model answers when the edit's prompt is the user's turn of its own chat template; null without one.",
    ),
  edit: EditReport.nullable().describe('How the edit was computed; null where a patch was given.'),
  probes: z.array(ProbeComparison),
});
export type MeasuredEdit = z.infer<typeof MeasuredEdit>;

export const Measured = z.strictObject({
  model: z.string(),
  state: z.enum(['unedited', 'patched', 'each']),
  patches: Patches,
  edits: z.array(MeasuredEdit),
  summary: z.strictObject({
    counterfact: Counterfact,
    easyEdit: EasyEdit,
    generationMatch: GenerationMatch,
    chatMatch: GenerationMatch.nullable().describe('As chat; null for a model without a chat template.'),
    fluency: z
      .strictObject({ before: Fluency, after: Fluency })
      .nullable()
      .describe('null if not asked for.'),
    drift: Drift.nullable().describe('null for the unedited model.'),
  }),
});
export type Measured = z.infer<typeof Measured>;

export const EditSequence = z
  .strictObject({
    batches: z.array(
      z.strictObject({
        edits: z.int().describe('Edits of this batch.'),
        seconds: z.number(),
        perplexity: z
          .number()
          .describe("Of the unedited model's own text, as a multiple of the unedited model's."),
        fluency: z.number().describe("Entropy of what it writes, as a share of the unedited model's."),
      }),
    ),
    stopped: z
      .strictObject({
        reason: z.string(),
        without: z.array(z.string()).describe('Edits that were left out.'),
      })
      .nullable()
      .describe('Why the sequence ended early: the next batch made the model collapse.'),
  })
  .describe('How the model did as one batch of edits after the other came on.');
export type EditSequence = z.infer<typeof EditSequence>;

export const Edited = z.strictObject({
  model: z.string(),
  digest: z.string(),
  sweep: z
    .array(
      z.strictObject({
        layer: z.int(),
        seconds: z.number().describe("An edit, without the layer's covariance."),
        measures: Counterfact,
      }),
    )
    .nullable()
    .describe('The layers that were tried, the best first; null without a sweep.'),
  patches: z.array(z.strictObject({ path: z.string(), bytes: z.int(), edits: z.array(z.string()) })),
  edits: z.array(EditReport),
  sequence: EditSequence.nullable().describe('null where each patch was computed in one go.'),
  measured: Measured.nullable().describe('Every edit under its patch, on alone; null if not asked for.'),
});
export type Edited = z.infer<typeof Edited>;

/** One edit as its patch remembers it. What is optional is missing from patches of earlier versions. */
export const PatchedEdit = z.object({
  id: z.string(),
  prompt: z.string(),
  subject: z.string(),
  occurrence: Edit.shape.occurrence,
  target: z.object({ new: z.string(), true: z.string().optional() }),
  space: Edit.shape.space,
  method: z.string().describe('One of the methods, or one that a newer version has.'),
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
      es: score,
      ps: score,
      ns: score,
      score,
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

export const ApplyParams = z.strictObject({ model: ModelName, patches: z.array(AppliedPatch).min(1) });
