import * as z from 'zod';
import { EditsFile } from './edits.ts';
import { Drift } from './measures.ts';
import { ModelName } from './model.ts';
import { ProbeComparison } from './probe.ts';
import { EditStatement } from './provenance.ts';

/** What a review of a checkpoint asks for and gives: the shapes of `review`, `inspect` and of policy files. */

export const VERDICTS = [
  'identical',
  'layout',
  'metadata',
  'vocabulary',
  'computation',
  'requantised',
  'fine-tuned',
  'adapter-merged',
  'local-training',
  'pruned',
  'steered',
  'abliterated',
  'edited',
  'unknown',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const FINDING_KINDS = [
  'edit',
  'dense-change',
  'adapter',
  'fine-tune',
  'local-training',
  'pruning',
  'steering',
  'ablation',
  'requantisation',
  'metadata',
  'computation',
  'vocabulary',
  'chat-template',
  'template-code',
  'unknown-key',
  'tensor-added',
  'tensor-removed',
  'tensor-reshaped',
  'layout',
  'hidden-data',
  'unmeasured',
  'untrusted-signature',
  'undeclared-change',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What a metadata key is for, by which a change of it is judged. */
const KEY_KINDS = [
  'metadata',
  'computation',
  'vocabulary',
  'chat-template',
  'unknown-key',
] as const satisfies readonly FindingKind[];
export type KeyKind = (typeof KEY_KINDS)[number];

const Confidence = z
  .enum(['high', 'medium', 'low'])
  .describe('How plain the evidence is, by the rules that `evidence` states; not a probability.');
export type Confidence = z.infer<typeof Confidence>;

export const Traced = z.strictObject({
  text: z.string(),
  score: z
    .number()
    .describe(
      'Subjects: response to the change, 1 for the median name. Objects: nats gained, weighted by probability.',
    ),
});
export type Traced = z.infer<typeof Traced>;

const TracedFact = z.strictObject({
  subject: z.string(),
  prompt: z.string().describe('The question whose answer changed most.'),
  was: z.string().describe("The base's answer."),
  says: z.string().describe("The candidate's answer."),
  score: z.number().describe('Nats that the new answer gained, weighted by probability.'),
});
export type TracedFact = z.infer<typeof TracedFact>;

const FoundRow = z.strictObject({
  row: z.int().describe('From 0; of a table of tokens the number of the token.'),
  token: z.string().nullable().describe('The token, as the vocabulary writes it; null for other matrices.'),
  relative: z.number().describe('‖ΔW‖ / ‖W‖ of the row.'),
});

export const Finding = z.strictObject({
  kind: z.enum(FINDING_KINDS),
  tensor: z.string().nullable().describe('The tensor or metadata key; null where the finding is about many.'),
  summary: z.string().describe('One sentence for people.'),
  detail: z
    .string()
    .nullable()
    .describe(
      'What differs, as lines: the unified diff of a text, whole; the first items of an array that differ; both values.',
    ),
  place: z
    .strictObject({ line: z.int(), column: z.int() })
    .nullable()
    .describe('Where in the text under the key it is, both from 1; null for what is no text.'),
  rank: z.int().nullable().describe('Directions that stand out of the noise.'),
  energy: z.number().nullable().describe('Their share of the squared change, 0..1.'),
  relative: z.number().nullable().describe('‖ΔW‖ / ‖W‖, Frobenius.'),
  rows: z
    .array(FoundRow)
    .describe('The rows that were rewritten, the furthest first; empty where they are many.'),
  subjects: z.array(Traced).describe('What the edit is about, best first; empty where nothing was traced.'),
  objects: z.array(Traced).describe('What the candidate now says of the first subject, best first.'),
  facts: z
    .array(TracedFact)
    .describe('Each fact that was found, the most changed first: subject, question, old and new answer.'),
});
export type Finding = z.infer<typeof Finding>;

export const TensorReview = z.strictObject({
  name: z.string(),
  layer: z.int().nullable(),
  role: z.string().describe('The name without its layer, e.g. "ffn_down".'),
  types: z.tuple([z.string(), z.string()]).describe('Base, candidate.'),
  relative: z.number().describe('‖ΔW‖ / ‖W‖, Frobenius.'),
  floor: z.number().describe('The change that rounding alone explains; 0 where nothing was rounded again.'),
  max: z.number().describe('The largest |difference| of one weight.'),
  changed: z.number().describe('Share of weights that differ.'),
  values: z.array(z.number()).describe('Leading singular values of ΔW, largest first.'),
  edge: z.number().nullable().describe('Where the spectrum of noise would end (Marchenko-Pastur).'),
  spikes: z.int().describe('Singular values well above the edge.'),
});
export type TensorReview = z.infer<typeof TensorReview>;

const Inventory = z.strictObject({
  metadata: z.array(
    z.strictObject({
      key: z.string(),
      kind: z.enum(KEY_KINDS),
      before: z
        .string()
        .nullable()
        .describe('In the base; null where the key is not in it. Long texts are cut.'),
      after: z.string().nullable().describe('In the candidate, likewise.'),
      detail: z.string().describe('What differs, as in findings; nothing is cut of a text.'),
    }),
  ),
  layout: z
    .array(z.string())
    .describe('In what the files differ besides metadata and tensors; empty where they do not.'),
  hidden: z
    .array(z.string())
    .describe('Bytes that belong to no value and no tensor, and are in one of the files alone.'),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  reshaped: z.array(z.string()),
  tensors: z.int().describe('Tensors that both hold in one shape.'),
  equal: z.int().describe('Of them byte for byte the same.'),
  retyped: z.int().describe('Of them stored in another type.'),
});
export type Inventory = z.infer<typeof Inventory>;

export const Behaviour = z.strictObject({
  probes: z.array(ProbeComparison).describe('The base before, the candidate after.'),
  drift: Drift.describe('On control text.'),
});
export type Behaviour = z.infer<typeof Behaviour>;

export const UndoPatch = z.strictObject({
  path: z.string().nullable().describe('The patch for the candidate; null where none was asked for.'),
  tensors: z.array(z.string()),
  rank: z.int().describe('Directions that were found.'),
  whole: z
    .boolean()
    .describe(
      'The patch takes back all that differs in these tensors, rounding too, because the finding alone did not bring the answers back.',
    ),
  measured: z
    .strictObject({
      probes: z.int(),
      restored: z.number().describe("Share of probes whose likeliest token is the base's again."),
      klBefore: z.number().describe('Mean KL(base ‖ candidate) over the probes, in nats.'),
      klAfter: z.number().describe('Mean KL(base ‖ candidate with the patch).'),
      noise: z
        .strictObject({ restored: z.number(), kl: z.number() })
        .describe(
          'The base against itself under a patch too small to mean anything: what the rounding of activations alone changes. No patch can come closer.',
        ),
    })
    .nullable()
    .describe('null where nothing could be asked.'),
});
export type UndoPatch = z.infer<typeof UndoPatch>;

/** What a review lets through; as a file it is `src/formats/policy`. */
export const Policy = z.strictObject({
  allow: z.array(z.enum(VERDICTS)).min(1),
  findings: z.array(z.enum(FINDING_KINDS)).optional(),
  tensors: z.array(z.string()).optional(),
  maxRelative: z.number().min(0).optional(),
  maxDrift: z.number().min(0).optional(),
  probes: EditsFile.optional(),
  trustedKeys: z.array(z.string()).optional(),
});
export type Policy = z.infer<typeof Policy>;

/** The parts of a policy, by which a violation says what it breaks. */
export const POLICY_RULES = ['allow', 'findings', 'tensors', 'maxRelative', 'maxDrift', 'probes'] as const;

export type PolicyRule = (typeof POLICY_RULES)[number];

export const Violation = z.strictObject({
  rule: z.enum(POLICY_RULES).describe('The part of the policy that is not met.'),
  text: z.string().describe('One sentence for people.'),
  unmeasured: z
    .boolean()
    .describe('The rule is not met because what it bounds was not measured, not because it was found wrong.'),
});
export type Violation = z.infer<typeof Violation>;

/** What one call may download. */
export const Download = z
  .number()
  .positive()
  .optional()
  .describe('Bytes that may be downloaded; 4 GB unless given.');

export const ReviewParams = z.strictObject({
  base: ModelName,
  candidate: ModelName,
  download: Download,
  adapter: z
    .boolean()
    .optional()
    .describe('The candidate is an adapter, compared with the base as what it would make of it.'),
  subjects: z.array(z.string().min(1)).optional().describe('Names to try as the subject of an edit.'),
  edits: EditsFile.optional().describe("The reviewer's own probes."),
  policy: Policy.optional(),
  reversal: z.string().min(1).optional().describe('Where the patch that undoes the finding is written.'),
  signature: z.string().min(1).optional().describe("The candidate's signature, which may declare its edits."),
  trace: z.boolean().optional().describe('Find out what was edited (default); it loads both models.'),
  open: z
    .boolean()
    .optional()
    .describe('Search the vocabulary where no name of a list answers (default); it takes minutes.'),
});

/** How much of what is stored in another type is the base, rounded by llama.cpp's quantizer without an importance matrix. */
export const Rebuilt = z.strictObject({
  tensors: z.int().describe('Stored in another type than in the base.'),
  same: z.int().describe('Of these, so many have the bytes that the quantizer makes of the base.'),
  everyNth: z.int().describe('One row in so many was compared.'),
});
export type Rebuilt = z.infer<typeof Rebuilt>;

/** What the network was used for where a model lies elsewhere. */
export const Moved = z.strictObject({
  bytes: z.int().describe('That were downloaded.'),
  of: z.int().describe('What the models that lie elsewhere have together.'),
  same: z
    .int()
    .describe("Files of the candidate that are the base's by their SHA-256, as the hub says it; not read."),
});
export type Moved = z.infer<typeof Moved>;

export const Reviewed = z.strictObject({
  verdict: z.enum(VERDICTS),
  confidence: Confidence,
  evidence: z.array(z.string()).describe('Sentences, the weightiest first.'),
  findings: z.array(Finding),
  meaning: z.string().describe('What the verdict means for whoever trains on, ships or uses the model.'),
  base: z.strictObject({ path: z.string(), bytes: z.int() }),
  candidate: z.strictObject({ path: z.string(), bytes: z.int() }),
  inventory: Inventory,
  tensors: z.array(TensorReview).describe('Those that differ.'),
  behaviour: Behaviour.nullable(),
  reversal: UndoPatch.nullable(),
  declared: EditStatement.nullable().describe(
    'The edits that a trusted key declares; null without such a signature.',
  ),
  policy: z
    .strictObject({ passed: z.boolean(), violations: z.array(Violation) })
    .nullable()
    .describe('null where no policy was given.'),
  rebuilt: Rebuilt.nullable()
    .default(null)
    .describe('null where more than rounding was found, or both models were not loaded.'),
  moved: Moved.nullable().default(null).describe('null where both models are at hand.'),
  tool: z.string(),
});
export type Reviewed = z.infer<typeof Reviewed>;
