import * as z from 'zod';
import type { Reversal } from '../../protocol/reversal.ts';
import { version } from '../version.ts';

const numbers = z.array(z.number());

/**
 * Version 1 of what `reversal learn --out` writes, since palimpsest 0.1.0. Later versions of the tool add to it; what is
 * not known is passed over.
 */
export const ReversalV1 = z.object({
  version,
  model: z.object({ digest: z.string(), name: z.string() }),
  top: z.int().min(1).max(100),
  detector: z.object({ mean: numbers, deviation: numbers, weights: numbers, bias: z.number() }),
  text: z.string().max(10_000).nullable(),
});
export type ReversalV1 = z.infer<typeof ReversalV1>;

export function readReversal({ version: _, ...reversal }: ReversalV1): Reversal {
  return reversal;
}

export function writeReversal(reversal: Reversal): ReversalV1 {
  return { version: 1, ...reversal };
}
