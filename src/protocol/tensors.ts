import * as z from 'zod';
import { ModelName } from './model.ts';

/** What the values of one tensor are: asked for by name, alone or against the same tensor of a base. */

const which = {
  model: ModelName,
  tensor: z.string().min(1).describe("The tensor's name."),
  base: ModelName.optional().describe('A model whose tensor of the same name is subtracted.'),
};

export const TensorDetailParams = z.strictObject(which);

const numbers = z.array(z.number());

/** Norms of the rows or columns of a matrix; of many, some neighbours together. */
const Norms = z.strictObject({
  count: z.int().describe('Rows, or columns.'),
  each: z.int().describe('How many neighbors each of the values stands for.'),
  mean: numbers,
  largest: numbers,
  top: z
    .array(z.strictObject({ index: z.int(), norm: z.number() }))
    .describe('The largest, the first of them first.'),
});
export type Norms = z.infer<typeof Norms>;

export const ValueStatistics = z.strictObject({
  elements: z.int(),
  zeros: z.int(),
  notFinite: z.int().describe('NaN or infinite; all else is said of the others.'),
  min: z.number().nullable().describe('null where no value is finite.'),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  deviation: z.number().nullable().describe('The standard deviation.'),
  norm: z.number().describe('Frobenius.'),
  histogram: z
    .strictObject({ low: z.number(), high: z.number(), counts: z.array(z.int()) })
    .nullable()
    .describe('Bins of equal width from low to high; null where no value is finite.'),
  rows: Norms.nullable().describe('null for a vector.'),
  columns: Norms.nullable(),
  spectrum: numbers
    .nullable()
    .describe(
      'The leading singular values, largest first, by subspace iteration from below; null for a vector, a narrow matrix and values that are not finite.',
    ),
});
export type ValueStatistics = z.infer<typeof ValueStatistics>;

export const TensorDetail = z.strictObject({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.int()).describe("In ggml's order: the first runs fastest."),
  values: ValueStatistics,
  difference: z
    .strictObject({
      base: z.string(),
      type: z.string().describe("Of the base's tensor."),
      relativeNorm: z.number().nullable().describe('‖ΔW‖ / ‖W‖, W the base’s; null where that is 0.'),
      values: ValueStatistics.describe("Of the tensor less the base's."),
    })
    .nullable()
    .describe('null without a base.'),
});
export type TensorDetail = z.infer<typeof TensorDetail>;

export const TensorWindowParams = z.strictObject({
  ...which,
  row: z.int().min(0).describe('The first row that is read, counted from 0; outer dimensions are more rows.'),
  column: z.int().min(0),
  rows: z.int().min(1).max(256),
  columns: z.int().min(1).max(256),
});

/** Some values as they are, row by row; fewer than were asked for at the tensor's edge. */
export const TensorWindow = z.strictObject({
  row: z.int(),
  column: z.int(),
  values: z.array(numbers).describe('Shape [rows][columns]'),
});
export type TensorWindow = z.infer<typeof TensorWindow>;
