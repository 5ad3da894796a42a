import * as z from 'zod';
import { type ActivationComparison, PromptToken } from '../../src/protocol/activations.ts';
import { Measured } from '../../src/protocol/editing.ts';
import { LensComparison } from '../../src/protocol/engine.ts';

/** What a notebook can show: the JSON that `palimpsest activations`, `lens` or `measure` prints. */
export type Result =
  | { readonly kind: 'activations'; readonly value: ActivationComparison }
  | { readonly kind: 'lens'; readonly value: LensComparison }
  | { readonly kind: 'measured'; readonly value: Measured };

/** What is no finite number is null in JSON. */
const floats = z
  .array(z.number().nullable())
  .transform((values) => Float32Array.from(values, (value) => value ?? Number.NaN));
const norms = z.object({ residual: floats, attention: floats, mlp: floats });
const Activations = z
  .object({ tokens: z.array(PromptToken), layers: z.int(), before: norms, after: norms, change: norms })
  .refine(
    ({ tokens, layers, before, after, change }) =>
      [before, after, change].every((each) =>
        Object.values(each).every(({ length }) => length === layers * tokens.length),
      ),
    'its matrices are not layers × tokens',
  );

/** @returns undefined for what is none of them, or of another version */
export function readResult(json: unknown): Result | undefined {
  const measured = Measured.safeParse(json);
  if (measured.success) return { kind: 'measured', value: measured.data };
  const activations = Activations.safeParse(json);
  if (activations.success) return { kind: 'activations', value: activations.data };
  const lens = LensComparison.safeParse(json);
  return lens.success ? { kind: 'lens', value: lens.data } : undefined;
}
