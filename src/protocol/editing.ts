import * as z from 'zod';
import { Prompt } from './chat.ts';
import { EditsFile, METHODS } from './edits.ts';
import { SomeHyperparameters } from './hyperparameters.ts';
import { MeasuredState } from './measuredState.ts';
import { Counterfact, PROTOCOLS } from './measures.ts';
import { ModelName, Patches } from './model.ts';
import { PRESETS } from './presets.ts';
import { ProbeComparison } from './probe.ts';

/** What computing and measuring edits asks for and gives. */

const choice = {
  edits: EditsFile,
  only: z.array(z.string()).optional().describe('The ids of the edits that are meant; all without it.'),
};

/** As they are given on the command line; what is wrong with them depends on the methods that the edits are made by. */
export const HyperparameterWishes = z
  .record(z.string(), z.unknown())
  .describe('By name, before what the edits ask for; each is one of a method that is used.');

const computation = {
  method: z.enum(METHODS).optional().describe("Instead of what the file says, or the engine's default."),
  layer: z.int().min(0).optional().describe('Instead of what the file says, or what the engine proposes.'),
  protect: z.boolean().optional().describe("Hold the subject's other facts (the sameSubject probes)."),
  text: z
    .string()
    .optional()
    .describe("Take the covariance from this text file, not from the model's own samples."),
  preset: z.enum(PRESETS).optional().describe('A published configuration; `default` without it.'),
  hyperparameters: HyperparameterWishes.optional(),
  memory: z
    .number()
    .positive()
    .optional()
    .describe(
      'Bytes that the model and an edit of it may take, where it is not loaded yet; what is free without it.',
    ),
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
    prompt: Prompt,
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
    'How close a neighborhood prompt comes to the edited key k*, the mean over the rewriting prompts.',
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
  keySimilarity: z.array(KeySimilarity).describe("Of the edit's neighborhood probes, in their order."),
  hyperparameters: SomeHyperparameters.describe('Those that the method has, all of them.'),
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

const Answered = z.strictObject({
  generated: z.strictObject({ before: z.string(), after: z.string() }),
  generationMatch: z.boolean().describe('The new target is in the answer after.'),
});

const score = z.number().nullable().describe('0..1; null without such a probe.');

export const MeasuredEdit = z.strictObject({
  id: z.string(),
  subject: z.string(),
  state: MeasuredState,
  es: score,
  ps: score,
  ns: score,
  score,
  generationMatch: z
    .boolean()
    .describe("The new target is in what is generated greedily from the edit's prompt."),
  driftKl: z
    .number()
    .nullable()
    .describe(
      'Mean KL(before ‖ after) on control text, in nats; 0 for the unedited model, null if not measured.',
    ),
  generated: z.strictObject({ before: z.string(), after: z.string() }),
  asChat: Answered.nullable().describe(
    "What a chat model answers through its own chat template, of which a text is the user's turn; null without one.",
  ),
  asText: Answered.nullable().describe(
    'How the model continues the words of a prompt that is chat; null for one that is text.',
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
  summary: z.strictObject(PROTOCOLS),
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
