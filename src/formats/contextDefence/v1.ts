import * as z from 'zod';
import type { ContextDefence } from '../../protocol/contextDefence.ts';
import { version } from '../version.ts';

const numbers = z.array(z.number());

/**
 * Version 1 of what `reversal learn --out` writes, since palimpsest 0.1.0. Later versions of the tool add to it; what is
 * not known is passed over.
 */
export const ContextDefenceV1 = z.object({
  version,
  model: z.object({ digest: z.string(), name: z.string() }),
  top: z.int().min(1).max(100),
  detector: z.object({ mean: numbers, deviation: numbers, weights: numbers, bias: z.number() }),
  text: z.string().max(10_000).nullable(),
});
export type ContextDefenceV1 = z.infer<typeof ContextDefenceV1>;

export function readContextDefence({ version: _, ...reversal }: ContextDefenceV1): ContextDefence {
  return reversal;
}

export function writeContextDefence(reversal: ContextDefence): ContextDefenceV1 {
  return { version: 1, ...reversal };
}
