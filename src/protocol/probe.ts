import * as z from 'zod';
import { Prompt } from './chat.ts';
import { PROBE_KINDS } from './edits.ts';

/** What the locality view shows: probes of an edit, read before and after it. */

/** What a probe asks about: the edit's own prompt, or one of the kinds that an edits file lists. */
const READING_KINDS = ['efficacy', ...PROBE_KINDS] as const;
export type ReadingKind = (typeof READING_KINDS)[number];

export const TokenProbability = z.strictObject({
  token: z.string().describe('The token as text.'),
  id: z.int().describe('The token in the vocabulary.'),
  p: z.number().describe('Its probability, 0..1.'),
});
export type TokenProbability = z.infer<typeof TokenProbability>;

export const Probe = z.strictObject({
  edit: z.string().describe('The id of the edit that the probe belongs to.'),
  kind: z.enum(READING_KINDS),
  prompt: Prompt,
  targetNew: z
    .string()
    .optional()
    .describe("The edit's new answer, or what should follow from it (portability)."),
  targetTrue: z.string().optional().describe('The answer that holds without the edit.'),
  space: z.boolean().optional().describe('Whether a space stands before the targets.'),
  proposed: z.literal(true).optional().describe('Proposed by the engine; nobody has checked it.'),
  origin: z
    .literal('tool')
    .optional()
    .describe('Set where the tool made the probe while it looked for something; no edits file asks it.'),
});
export type Probe = z.infer<typeof Probe>;

export const TargetReading = z.strictObject({
  nll: z.number().describe('Mean negative log-likelihood per target token, in nats.'),
  total: z.number().describe('Negative log-likelihood of the whole target, in nats.'),
  meanP: z
    .number()
    .describe('exp(-nll), the geometric mean probability of a target token: the CounterFact magnitudes.'),
  p: z.number().describe('Probability of the first target token.'),
  rank: z.int().describe('Rank of the first target token among all, 1 for the likeliest.'),
  accuracy: z
    .number()
    .describe('Share of target tokens that are the likeliest at their place (teacher-forced).'),
  argmax: z.array(z.int()).describe('The likeliest token at each place of the target (teacher-forced).'),
});
export type TargetReading = z.infer<typeof TargetReading>;

export const Reading = z.strictObject({
  top: z.array(TokenProbability).describe('The likeliest next tokens, likeliest first.'),
  new: TargetReading.optional(),
  true: TargetReading.optional(),
});
export type Reading = z.infer<typeof Reading>;

/**
 * How a probe is judged. `counterfact`: mean NLL per token of new against true. `teacher-forced`: every target token
 * is the likeliest (EasyEdit's accuracy is 1). `unchanged`: at every place of the true target, or without one at the
 * next token, the likeliest token is the one before the edit (EasyEdit's locality is 1). `none`: shown, not judged.
 */
const PROBE_PROTOCOLS = ['counterfact', 'teacher-forced', 'unchanged', 'none'] as const;
export type ProbeProtocol = (typeof PROBE_PROTOCOLS)[number];

export const ProbeComparison = z.strictObject({
  probe: Probe,
  before: Reading,
  after: Reading,
  kl: z.number().describe('KL(before ‖ after) of the next-token distribution, in nats.'),
  agreement: z
    .number()
    .describe(
      'Share of places of the true target (else: the next token) whose likeliest token is unchanged.',
    ),
  protocol: z.enum(PROBE_PROTOCOLS),
  passedBefore: z.boolean().nullable(),
  passedAfter: z.boolean().nullable(),
  changed: z.boolean().describe('The likeliest next token or the judgment is another one after the edit.'),
});
export type ProbeComparison = z.infer<typeof ProbeComparison>;

export const Proposal = z.strictObject({
  neighbours: z.array(z.strictObject({ prompt: Prompt, target: z.string(), proposed: z.literal(true) })),
  tried: z.int().describe('How many different subjects the model named, fit or unfit.'),
});
export type Proposal = z.infer<typeof Proposal>;

export const ParaphraseProposal = z.strictObject({
  paraphrases: z.array(z.strictObject({ prompt: Prompt, proposed: z.literal(true) })),
  held: z.int().describe('How many rewordings the model still answers with the true target.'),
  tried: z.int().describe('How many were tried.'),
});
export type ParaphraseProposal = z.infer<typeof ParaphraseProposal>;

export const Generation = z.strictObject({
  text: z.string(),
  tokens: z.array(z.int()),
  ended: z.boolean().describe('The model ended by itself, before the limit.'),
});
export type Generation = z.infer<typeof Generation>;
