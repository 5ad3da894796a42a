import * as z from 'zod';
import { FINDING_KINDS, type Policy, VERDICTS } from '../../protocol/review.ts';
import { EditsV1, readEdits } from '../edits/v1.ts';
import { version } from '../version.ts';

/** ggml's names have at most 63 bytes; a policy lists patterns, not every tensor of a large model several times. */
const LONGEST_PATTERN = 256;
const MOST_PATTERNS = 10_000;

/**
 * Version 1 of `NAME.policy.json`, since palimpsest 0.1.0. People write it, and a policy that is not understood lets
 * nothing through: what is not known is a mistake. The first versions called changes of the vocabulary `tokenizer`.
 */
export const PolicyV1 = z
  .strictObject({
    $schema: z.string().optional().describe('The JSON schema of this file, for editors.'),
    version,
    allow: z.array(z.enum(VERDICTS)).min(1).describe('Verdicts that pass; anything else fails.'),
    findings: z
      .array(z.enum([...FINDING_KINDS, 'tokenizer']))
      .optional()
      .describe(
        'Kinds of findings that pass beside those; without it those that belong to the allowed verdicts.',
      ),
    tensors: z
      .array(z.string().max(LONGEST_PATTERN))
      .max(MOST_PATTERNS)
      .optional()
      .describe('Tensors that may change, with * for any part of a name; all without it.'),
    maxRelative: z.number().min(0).optional().describe('‖ΔW‖ / ‖W‖ that no tensor may exceed.'),
    maxDrift: z
      .number()
      .min(0)
      .optional()
      .describe('Mean KL on control text in nats that is not to be exceeded.'),
    probes: EditsV1.optional().describe('Probes that must pass on the candidate.'),
    trustedKeys: z
      .array(z.string())
      .optional()
      .describe(
        'PEM files of the public keys, or of the root certificates, that may declare edits, beside the policy file.',
      ),
  })
  .describe('What a review lets through.');
export type PolicyV1 = z.infer<typeof PolicyV1>;

export function readPolicyV1({ $schema: _, version: __, findings, probes, ...rules }: PolicyV1): Policy {
  return {
    ...rules,
    ...(findings && { findings: findings.map((kind) => (kind === 'tokenizer' ? 'vocabulary' : kind)) }),
    ...(probes && { probes: readEdits(probes) }),
  };
}
