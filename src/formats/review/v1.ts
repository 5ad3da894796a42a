import * as z from 'zod';
import { Prompt } from '../../protocol/chat.ts';
import { FINDING_KINDS, POLICY_RULES, type Reviewed, VERDICTS } from '../../protocol/review.ts';
import { version } from '../version.ts';

/**
 * Version 1 of `palimpsest review --format json`, since palimpsest 0.1.0. The tool writes it and programs keep it: later
 * versions of the tool add fields, verdicts, kinds of findings and rules, so that none of these is a closed list, and
 * what 0.1.0 did not say yet may be absent. What is not known is kept.
 */

/** A name of a list that grows. */
const oneOf = (names: readonly string[]) => z.string().meta({ examples: [...names] });

const traced = z.looseObject({
  text: z.string(),
  score: z
    .number()
    .describe(
      'Subjects: response to the change, 1 for the median name. Objects: nats gained, weighted by probability.',
    ),
});

const finding = z.looseObject({
  kind: oneOf(FINDING_KINDS),
  tensor: z.string().nullable().describe('The tensor or metadata key; null where the finding is about many.'),
  summary: z.string().describe('One sentence for people.'),
  detail: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'What differs, as lines: the unified diff of a text, whole; the first items of an array that differ; both values.',
    ),
  place: z
    .looseObject({ line: z.int(), column: z.int() })
    .nullable()
    .default(null)
    .describe('Where in the text under the key it is, both from 1; null for what is no text.'),
  rank: z.int().nullable().describe('Directions that stand out of the noise.'),
  energy: z.number().nullable().describe('Their share of the squared change, 0..1.'),
  relative: z.number().nullable().describe('‖ΔW‖ / ‖W‖, Frobenius.'),
  rows: z
    .array(
      z.looseObject({
        row: z.int().describe('From 0; of a table of tokens the number of the token.'),
        token: z
          .string()
          .nullable()
          .describe('The token, as the vocabulary writes it; null for other matrices.'),
        relative: z.number().describe('‖ΔW‖ / ‖W‖ of the row.'),
      }),
    )
    .default([])
    .describe('The rows that were rewritten, the furthest first; empty where they are many.'),
  subjects: z.array(traced).describe('What the edit is about, best first; empty where nothing was traced.'),
  objects: z.array(traced).describe('What the candidate now says of the first subject, best first.'),
  facts: z
    .array(
      z.looseObject({
        subject: z.string(),
        prompt: z.string().describe('The question whose answer changed most.'),
        was: z.string().describe("The base's answer."),
        says: z.string().describe("The candidate's answer."),
        score: z.number().describe('Nats that the new answer gained, weighted by probability.'),
      }),
    )
    .default([])
    .describe('Each fact that was found, the most changed first: subject, question, old and new answer.'),
});

const tensor = z.looseObject({
  name: z.string(),
  layer: z.int().nullable(),
  role: z.string().describe('The name without its layer, e.g. "ffn_down".'),
  types: z.array(z.string()).describe('Base, candidate.'),
  relative: z.number().describe('‖ΔW‖ / ‖W‖, Frobenius.'),
  floor: z.number().describe('The change that rounding alone explains; 0 where nothing was rounded again.'),
  max: z.number().describe('The largest |difference| of one weight.'),
  changed: z.number().describe('Share of weights that differ.'),
  values: z.array(z.number()).describe('Leading singular values of ΔW, largest first.'),
  edge: z.number().nullable().describe('Where the spectrum of noise would end (Marchenko-Pastur).'),
  spikes: z.int().describe('Singular values well above the edge.'),
});

const names = z.array(z.string()).default([]);

const inventory = z.looseObject({
  metadata: z.array(
    z.looseObject({
      key: z.string(),
      kind: oneOf(FINDING_KINDS).optional().describe('What the key is for.'),
      before: z
        .string()
        .nullable()
        .describe('In the base; null where the key is not in it. Long texts are cut.'),
      after: z.string().nullable().describe('In the candidate, likewise.'),
      detail: z.string().default('').describe('What differs, as in findings; nothing is cut of a text.'),
    }),
  ),
  layout: names.describe('In what the files differ besides metadata and tensors; empty where they do not.'),
  hidden: names.describe('Bytes that belong to no value and no tensor, and are in one of the files alone.'),
  added: names,
  removed: names,
  reshaped: names,
  tensors: z.int().describe('Tensors that both hold in one shape.'),
  equal: z.int().describe('Of them byte for byte the same.'),
  retyped: z.int().describe('Of them stored in another type.'),
});

const token = z.looseObject({
  token: z.string(),
  id: z.int(),
  p: z.number().describe('Its probability, 0..1.'),
});
const reading = z.looseObject({
  top: z.array(token).describe('The likeliest next tokens, likeliest first.'),
});

const behaviour = z.looseObject({
  probes: z
    .array(
      z.looseObject({
        probe: z.looseObject({ edit: z.string(), kind: z.string(), prompt: Prompt }),
        before: reading,
        after: reading,
        kl: z.number().describe('KL(before ‖ after) of the next-token distribution, in nats.'),
        protocol: z.string().describe('How the probe is judged.'),
        passedBefore: z.boolean().nullable(),
        passedAfter: z.boolean().nullable(),
        changed: z.boolean(),
      }),
    )
    .describe('The base before, the candidate after.'),
  drift: z
    .looseObject({
      protocol: z.string(),
      n: z.int(),
      meanKl: z.number(),
      maxKl: z.number(),
      sameTop: z
        .number()
        .nullish()
        .describe("Share of tokens at which the likeliest next token is the base's."),
    })
    .describe('On control text.'),
});

const reversal = z.looseObject({
  path: z.string().nullable().describe('The patch for the candidate; null where none was asked for.'),
  tensors: z.array(z.string()),
  rank: z.int().describe('Directions that were found.'),
  whole: z.boolean().describe('The patch takes back all that differs in these tensors, rounding too.'),
  measured: z
    .looseObject({
      probes: z.int(),
      restored: z.number().describe("Share of probes whose likeliest token is the base's again."),
      klBefore: z.number().describe('Mean KL(base ‖ candidate) over the probes, in nats.'),
      klAfter: z.number().describe('Mean KL(base ‖ candidate with the patch).'),
      noise: z
        .looseObject({ restored: z.number(), kl: z.number() })
        .describe('The base against itself under a patch too small to mean anything.'),
    })
    .nullable()
    .describe('null where nothing could be asked.'),
});

const violation = z.looseObject({
  rule: oneOf(POLICY_RULES).describe('The part of the policy that is not met.'),
  text: z.string().describe('One sentence for people.'),
  unmeasured: z.boolean().default(false).describe('What the rule bounds was not measured.'),
});

const file = z.looseObject({ path: z.string(), bytes: z.int() });

export const ReviewV1 = z.looseObject({
  version,
  verdict: oneOf(VERDICTS),
  confidence: oneOf(['high', 'medium', 'low']).describe(
    'How plain the evidence is, by the rules that `evidence` states; not a probability.',
  ),
  evidence: z.array(z.string()).describe('Sentences, the weightiest first.'),
  findings: z.array(finding),
  meaning: z.string().describe('What the verdict means for whoever trains on, ships or uses the model.'),
  base: file,
  candidate: file,
  inventory,
  tensors: z.array(tensor).describe('Those that differ.'),
  behaviour: behaviour.nullable(),
  reversal: reversal.nullable(),
  declared: z
    .looseObject({})
    .nullable()
    .describe('The edits that a trusted key declares; null without such a signature.'),
  policy: z
    .looseObject({ passed: z.boolean(), violations: z.array(violation) })
    .nullable()
    .describe('null where no policy was given.'),
  rebuilt: z
    .looseObject({
      tensors: z.int().describe('Stored in another type than in the base.'),
      same: z
        .int()
        .describe("Of these, so many have the bytes that llama.cpp's quantizer makes of the base."),
      everyNth: z.int().describe('One row in so many was compared.'),
    })
    .nullable()
    .default(null)
    .describe('null where more than rounding was found, or both models were not loaded.'),
  moved: z
    .looseObject({
      bytes: z.int().describe('That were downloaded.'),
      of: z.int().describe('What the models that lie elsewhere have together.'),
      same: z
        .int()
        .describe(
          "Files of the candidate that are the base's by their SHA-256, as the hub says it; not read.",
        ),
    })
    .nullable()
    .default(null)
    .describe('null where both models are at hand.'),
  tool: z.string(),
});
export type ReviewV1 = z.infer<typeof ReviewV1>;

export function writeReview(reviewed: Reviewed): ReviewV1 {
  return { version: 1, ...reviewed };
}
