import * as z from 'zod';
import { Measured } from './editing.ts';
import { METHODS } from './edits.ts';
import { ModelName } from './model.ts';

/** Two ways of changing a model, side by side: two edits, methods, layers, strengths or models. */

export const ComparedSide = z.strictObject({
  label: z.string().min(1).describe('What tells this side from the other, for people.'),
  model: ModelName,
  edit: z.string().min(1).describe('The id of its edit.'),
  patch: z
    .string()
    .min(1)
    .optional()
    .describe('The patch of the edit; computed for the comparison, and not kept, without one.'),
  method: z.enum(METHODS).optional().describe('Of one that is computed.'),
  layer: z.int().min(0).optional().describe('Of one that is computed.'),
  strength: z.number(),
});
export type ComparedSide = z.infer<typeof ComparedSide>;

export const ComparedSides = z.tuple([ComparedSide, ComparedSide]);

const ofBoth = <T extends z.ZodType>(value: T) => z.tuple([value, value]);

/** What a side does to a prompt, layer by layer. */
export const SideReading = z.strictObject({
  tokens: z.array(z.string()),
  layers: z.int(),
  moved: z
    .array(z.number().nullable())
    .describe('‖after − before‖ of the residual stream, layers × tokens; null where it is not finite.'),
  lens: z
    .array(z.strictObject({ new: z.number().nullable(), true: z.number().nullable() }))
    .describe('Log probability of the answers behind the prompt, in nats, by layer.'),
});
export type SideReading = z.infer<typeof SideReading>;

export const ComparedEditResult = z.strictObject({
  id: z.string(),
  subject: z.string(),
  targetNew: z.string(),
  targetTrue: z.string().nullable(),
  measured: ofBoth(Measured),
  readings: ofBoth(SideReading),
});
export type ComparedEditResult = z.infer<typeof ComparedEditResult>;

export const Comparison = z.strictObject({
  made: ofBoth(
    z.strictObject({
      method: z.string().nullable(),
      layer: z.int().nullable(),
      relativeNorm: z.number().nullable().describe('‖ΔW‖ / ‖W‖ at strength 1, Frobenius.'),
    }),
  ).describe('How the patch of each side was made.'),
  edits: z
    .array(ComparedEditResult)
    .describe("The edits of the sides, one where they are the same; each side is asked all edits' probes."),
});
export type Comparison = z.infer<typeof Comparison>;
