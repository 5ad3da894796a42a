import * as z from 'zod';

/** The published measures of an edit. Every one names its protocol and how many cases it rests on. */

export const Share = z.strictObject({
  value: z.number().describe('A mean of shares, 0..1.'),
  n: z.int().describe('Cases (edits) averaged over.'),
  low: z.number().describe('Lower end of the 95 % Wilson interval over the cases.'),
  high: z.number().describe('Upper end.'),
});
export type Share = z.infer<typeof Share>;

const share = Share.nullable().describe('null where no case has such a probe');
const magnitude = z.number().nullable();

const CounterfactSide = z.strictObject({
  es: share.describe('Efficacy: NLL(true) > NLL(new) on the edited prompt.'),
  ps: share.describe('Paraphrase score: the same on paraphrases.'),
  ns: share.describe('Neighbourhood score: NLL(true) < NLL(new) on neighbours.'),
  score: z.number().nullable().describe('S: harmonic mean of ES, PS and NS.'),
  em: magnitude.describe('Efficacy magnitude: mean of exp(-NLL(new)) - exp(-NLL(true)).'),
  pm: magnitude.describe('Paraphrase magnitude.'),
  nm: magnitude.describe('Neighbourhood magnitude: mean of exp(-NLL(true)) - exp(-NLL(new)).'),
});
export type CounterfactSide = z.infer<typeof CounterfactSide>;

export const Counterfact = z.strictObject({
  protocol: z.string(),
  n: z.int(),
  before: CounterfactSide,
  after: CounterfactSide,
});
export type Counterfact = z.infer<typeof Counterfact>;

export const EasyEdit = z.strictObject({
  protocol: z.string(),
  n: z.int(),
  rewrite: share,
  rephrase: share,
  locality: share,
  portability: share,
});
export type EasyEdit = z.infer<typeof EasyEdit>;

export const GenerationMatch = z.strictObject({ protocol: z.string(), n: z.int(), share });
export type GenerationMatch = z.infer<typeof GenerationMatch>;

export const Fluency = z.strictObject({
  protocol: z.string(),
  n: z.int().describe('Generated texts.'),
  entropy: z.number().nullable().describe('In bits; null without texts.'),
});
export type Fluency = z.infer<typeof Fluency>;

export const Drift = z.strictObject({
  protocol: z.string(),
  n: z.int().describe('Tokens compared.'),
  meanKl: z.number().describe('Mean KL(before ‖ after) of the next-token distribution, in nats.'),
  maxKl: z.number().describe('The largest at one token.'),
  perplexityBefore: z.number(),
  perplexityAfter: z.number(),
});
export type Drift = z.infer<typeof Drift>;
