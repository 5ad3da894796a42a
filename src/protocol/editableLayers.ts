import * as z from 'zod';

/** Where a model can be edited. */

export const EditTarget = z.strictObject({
  layer: z.int(),
  tensors: z
    .array(
      z.strictObject({
        name: z.string(),
        type: z.string(),
        shape: z.array(z.int()).describe("In ggml's order: the first runs fastest."),
      }),
    )
    .describe("The layer's down-projections: one, or those of its experts."),
  editable: z.boolean(),
  reason: z.string().nullable().describe('Why it cannot be edited; null where it can.'),
});
export type EditTarget = z.infer<typeof EditTarget>;

export const Targets = z.strictObject({
  model: z.string(),
  layers: z.array(EditTarget),
  proposed: z
    .strictObject({ layer: z.int(), reason: z.string() })
    .nullable()
    .describe('The layer that is edited when nobody names one; null where none can be.'),
});
export type Targets = z.infer<typeof Targets>;
