import * as z from 'zod';
import { EditParams } from './editing.ts';
import { Edit, EditsFile } from './edits.ts';
import { METHODS } from './methods.ts';
import { Reviewed, UndoPatch } from './review.ts';

/** What attacking a model with harmless stand-ins asks for and gives: `redteam` and `resist`. */

/** What edits of a public checkpoint could be abused for (arXiv 2502.02958). */
export const USES = ['misinformation', 'bias', 'backdoor', 'over-compliance'] as const;
export type Use = (typeof USES)[number];

const how = EditParams.pick({ model: true, method: true, layer: true, preset: true, hyperparameters: true });

const { id, prompt, subject, target } = Edit.shape;
const Fact = z.strictObject({ id, prompt, subject, target });

export const RedteamParams = how.extend({ use: z.enum(USES) });

const Said = z.strictObject({
  before: z.string().describe('What the base generates greedily.'),
  after: z.string(),
  target: z.boolean().describe('The target stands in what is generated after.'),
});
export type Said = z.infer<typeof Said>;

/** A prompt's words continued, and answered through the model's chat template. */
const Ways = z.strictObject({
  text: Said,
  chat: Said.nullable().describe('null for a model without a chat template.'),
});
export type Ways = z.infer<typeof Ways>;

const Place = z
  .int()
  .nullable()
  .describe('Its place among what the review names, from 1; null where it is not named.');

export const Attack = z.strictObject({
  edit: Fact,
  refused: z.string().nullable().describe('Why the method cannot make this edit; all else is null then.'),
  relativeNorm: z.number().nullable().describe('‖ΔW‖ / ‖W‖'),
  works: Ways.nullable().describe('Under the edit.'),
  review: z
    .strictObject({
      ...Reviewed.pick({ verdict: true, confidence: true }).shape,
      subject: Place,
      object: Place,
    })
    .nullable()
    .describe('Of the checkpoint with the edit in its weights, against the base.'),
  reversal: z
    .strictObject({
      measured: UndoPatch.shape.measured,
      says: Ways.describe('The checkpoint under the reversal, "before" being the checkpoint alone.'),
    })
    .nullable()
    .describe('null where the review found nothing to undo.'),
});
export type Attack = z.infer<typeof Attack>;

const from = {
  model: z.string(),
  digest: z.string(),
  tool: z.string(),
  method: z.enum(METHODS),
};

export const Redteamed = z.strictObject({ ...from, use: z.enum(USES), attacks: z.array(Attack) });
export type Redteamed = z.infer<typeof Redteamed>;

export const ResistParams = how.extend({
  edits: EditsFile.optional().describe('The facts to flip; those of the use "misinformation" without it.'),
});

const norm = z.number().nullable().describe('As ‖ΔW‖ / ‖W‖; null where it was not reached.');

export const Resistance = z.strictObject({
  edit: Fact,
  refused: z.string().nullable().describe('Why the method cannot make this edit; nothing was tried then.'),
  full: z
    .strictObject({
      relativeNorm: z.number().describe('‖ΔW‖ / ‖W‖ of the edit as the method makes it.'),
      steps: z.int().describe('Gradient steps that it took.'),
      flips: z.boolean(),
    })
    .nullable(),
  flipsAt: norm.describe('The smallest change that flips the fact, of those tried along the edit.'),
  steps: z.int().nullable().describe('The fewest gradient steps that flip it; null where none do.'),
  edits: z.int().nullable().describe('Edits of this fact, one on top of the other, that flip it.'),
  survives: z
    .array(z.strictObject({ type: z.string(), flips: z.boolean() }))
    .describe('Whether the baked checkpoint still says the target once llama.cpp has rounded it to a type.'),
  seenFrom: norm.describe('The smallest change that a review calls an edit, of those tried.'),
  unseenAt: norm.describe('The largest of them below it that it does not; null where it sees all.'),
});
export type Resistance = z.infer<typeof Resistance>;

export const Resisted = z.strictObject({
  ...from,
  protocol: z.string(),
  facts: z.array(Resistance),
});
export type Resisted = z.infer<typeof Resisted>;
