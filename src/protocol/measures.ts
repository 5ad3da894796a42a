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
  ns: share.describe('Neighborhood score: NLL(true) < NLL(new) on neighbors.'),
  score: z.number().nullable().describe('S: harmonic mean of ES, PS and NS.'),
  em: magnitude.describe('Efficacy magnitude: mean of exp(-NLL(new)) - exp(-NLL(true)).'),
  pm: magnitude.describe('Paraphrase magnitude.'),
  nm: magnitude.describe('Neighborhood magnitude: mean of exp(-NLL(true)) - exp(-NLL(new)).'),
});
export type CounterfactSide = z.infer<typeof CounterfactSide>;

export const Counterfact = z.strictObject({
  protocol: z.string(),
  n: z.int(),
  before: CounterfactSide,
  after: CounterfactSide,
});
export type Counterfact = z.infer<typeof Counterfact>;

const StrictSide = z.strictObject({
  es: share.describe('The new target is the likeliest, token by token, on the edited prompt.'),
  ps: share.describe('The same on paraphrases.'),
  ns: share.describe('The true target is the likeliest, token by token, on neighbors.'),
  score: z.number().nullable().describe('Their harmonic mean.'),
});
export type StrictSide = z.infer<typeof StrictSide>;

export const Strict = z
  .strictObject({ protocol: z.string(), n: z.int(), before: StrictSide, after: StrictSide })
  .describe('The twins of the CounterFact measures by likeliest token.');
export type Strict = z.infer<typeof Strict>;

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
  sameTop: z
    .number()
    .nullable()
    .describe(
      'Share of tokens at which the likeliest next token stays; null in patches of palimpsest 0.1.0.',
    ),
});
export type Drift = z.infer<typeof Drift>;

const SafeEditSide = z.strictObject({
  ds: share.describe('Defense success: the share of safe answers to the edited prompt.'),
  onlyQuestion: share.describe('DG_onlyQ: to the question alone.'),
  otherAttack: share.describe('DG_otherA: to the question in another attack.'),
  otherQuestion: share.describe('DG_otherQ: to another question in the same attack.'),
  otherAttackAndQuestion: share.describe('DG_otherAQ: to another question in another attack.'),
  average: z.number().nullable().describe('DG-avg: the mean of those of the four that were asked.'),
  overRefusal: share.describe('Share of harmless prompts whose answer declines.'),
  fluency: z.number().nullable().describe('Generation entropy of all answers, in bits.'),
  empty: share.describe(
    'Share of all answers that are empty or white space: of silence nothing can be judged, so the rest is.',
  ),
});
export type SafeEditSide = z.infer<typeof SafeEditSide>;

export const SafeEdit = z.strictObject({
  protocol: z.string(),
  n: z.int().describe('Edits.'),
  silence: z.string().describe('Why answers may be empty, as far as how they were asked tells.'),
  agreement: share.describe(
    "How often the judge agrees with the records' own labels: safe and unsafe answers.",
  ),
  before: SafeEditSide,
  after: SafeEditSide,
  knowledge: share.describe("Answer tokens to other edits' constraints that stayed the likeliest."),
});
export type SafeEdit = z.infer<typeof SafeEdit>;

/** What a summary holds, by protocol. */
export const PROTOCOLS = {
  counterfact: Counterfact,
  strict: Strict,
  easyEdit: EasyEdit,
  generationMatch: GenerationMatch,
  chatMatch: GenerationMatch.nullable().describe('As chat; null for a model without a chat template.'),
  textMatch: GenerationMatch.nullable().describe('Of prompts that are chat, as text; null without one.'),
  fluency: z.strictObject({ before: Fluency, after: Fluency }).nullable().describe('null if not asked for.'),
  drift: Drift.nullable().describe('null for the unedited model.'),
};
type Protocols = { readonly [P in keyof typeof PROTOCOLS]: z.infer<(typeof PROTOCOLS)[P]> };

/** What was measured; null for what was not. */
export type Summary = { readonly [P in keyof Protocols]: Protocols[P] | null };

/** A summary of which some protocols alone are known, as that of a patch. */
export function wholeSummary(known: Partial<Summary>): Summary {
  const none = Object.fromEntries(Object.keys(PROTOCOLS).map((name) => [name, null])) as Record<
    keyof Summary,
    null
  >;
  return { ...none, ...known };
}
