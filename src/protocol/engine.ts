import * as z from 'zod';
import { ActivationComparison, KeyValues, Lens } from './activations.ts';
import { AttentionComparison } from './attention.ts';
import { CausalTrace } from './causalTrace.ts';
import { Conversation, Prompt } from './chat.ts';
import { EditProblem } from './checks.ts';
import { Defended, DefendParams, LearnDefenceParams, LearnedDefence } from './contextDefence.ts';
import { FORMATS } from './datasets.ts';
import { Targets } from './editableLayers.ts';
import { EditEvent, Edited, EditParams, Measured, MeasureParams } from './editing.ts';
import { Edit, EditsFile } from './edits.ts';
import { Evaluated, EvaluateParams } from './evaluation.ts';
import { GradientAttribution } from './gradientAttribution.ts';
import { InspectedAdapter } from './inspectedAdapter.ts';
import { Inspected, InspectParams } from './inspection.ts';
import { Applied, Info, Loaded, ModelName, Patches } from './model.ts';
import { ApplyParams, Baked, BakeParams, PatchInfo, Reproduced, ReproduceParams } from './patches.ts';
import { ParaphraseProposal, Proposal, TokenProbability } from './probe.ts';
import { Signed, SignParams, Verified, VerifyParams } from './provenance.ts';
import { Recorded, RecordParams } from './record.ts';
import { Redteamed, RedteamParams, Resisted, ResistParams } from './redteam.ts';
import { Download, Reviewed, ReviewParams } from './review.ts';
import { SafetyMeasured, SafetyParams } from './safety.ts';
import { RpcBuildParams, RpcBuilt, RpcServeParams, RpcServing } from './servers.ts';
import { TensorDetail, TensorDetailParams, TensorWindow, TensorWindowParams } from './tensors.ts';
import { TokenSpan } from './tokens.ts';

/** The engine's methods: what each is asked, what it gives, what it tells meanwhile. `--json` prints the results. */

const onModel = z.strictObject({ model: ModelName });
const onPrompt = z.strictObject({
  model: ModelName,
  prompt: z.union([z.string().min(1), Conversation]),
  patches: Patches.optional().describe('The state "after"; without it what is on now.'),
  chat: z
    .boolean()
    .optional()
    .describe("Put a prompt that is text into the model's chat template as the user's turn."),
});

const onFact = z.strictObject({
  model: ModelName,
  prompt: Prompt,
  subject: z.string().min(1),
  occurrence: Edit.shape.occurrence,
  target: z.strictObject({ new: z.string(), true: z.string().min(1) }),
  space: Edit.shape.space,
  count: z.int().min(1).max(50).optional().describe('How many are wanted at most; 5 without it.'),
});

const floats = z.custom<Float32Array>((value) => value instanceof Float32Array, 'must be a Float32Array');

const LeftOut = z.array(z.strictObject({ index: z.int(), line: z.int(), reason: z.string() }));

export const Imported = z.strictObject({
  count: z.int().describe('How many edits there are.'),
  edits: EditsFile.nullable().describe('null where they were written.'),
  written: z.array(z.string()),
  skipped: LeftOut.describe('Records that were left out, counted from 0, with the line they begin on.'),
  dropped: LeftOut.describe('Probes that were left out of records that were imported.'),
  unused: z.array(z.string()).describe('Keys of the records that nothing was made of.'),
});
export type Imported = z.infer<typeof Imported>;

export const Probed = z.strictObject({
  before: z.array(TokenProbability).describe('The likeliest next tokens of the base, likeliest first.'),
  after: z.array(TokenProbability),
  kl: z.number().describe('KL(before ‖ after), in nats.'),
});
export type Probed = z.infer<typeof Probed>;

export const LensComparison = z.strictObject({ before: Lens, after: Lens });
export type LensComparison = z.infer<typeof LensComparison>;

const Generated = z.strictObject({
  text: z.string(),
  tokens: z.int(),
  ended: z.boolean().describe('The model ended by itself, before the limit.'),
});
export const engineMethods = {
  /** Reads the header alone, and the whole file once for the digest. */
  info: { params: onModel.extend({ digest: z.boolean().optional(), download: Download }), result: Info },
  /** The commits of a repository on the Hugging Face hub that changed a model, the latest first. */
  fileHistory: {
    params: onModel,
    result: z.strictObject({
      revisions: z.array(
        z.strictObject({
          commit: z.string(),
          title: z.string(),
          date: z.string(),
          reference: z.string().describe('What the model is called as that commit has it.'),
          bytes: z.int().describe('Of the model, with all its parts.'),
        }),
      ),
    }),
  },
  /** Reads the header alone. */
  targets: { params: onModel, result: Targets },
  /** A prompt as the model reads it; the model need not be loaded, and no other work is waited for. */
  tokenize: {
    params: onModel.extend({ text: Prompt }),
    result: z.strictObject({ tokens: z.array(TokenSpan) }),
  },
  /** What a model has against edits, for an editor as one types; without loading it or waiting for other work. */
  checkEdits: {
    params: onModel.extend({
      edits: z.union([z.string(), EditsFile]).describe('The text of an edits file, or its value.'),
    }),
    result: z.strictObject({ problems: z.array(EditProblem) }),
  },
  load: { params: onModel, result: Loaded },
  /** Frees the model; its patches are off then. */
  close: { params: onModel, result: Applied },
  importRecords: {
    params: z.strictObject({
      path: z.string().min(1),
      format: z.enum(FORMATS),
      out: z.string().min(1).optional().describe('Where the edits file is written.'),
      first: z.int().min(1).optional().describe('Only so many records.'),
      from: z.int().min(0).optional().describe('Without the records before this one, counted from 0.'),
      split: z
        .int()
        .min(1)
        .optional()
        .describe('Edits of a file; they are written into several, NAME-1 and so on.'),
      model: ModelName.optional().describe(
        'The model that the edits are for: its digest goes into the file.',
      ),
    }),
    result: Imported,
  },
  edit: { params: EditParams, result: Edited, event: EditEvent },
  measure: { params: MeasureParams, result: Measured, event: EditEvent },
  /** The same edits by several methods; what is measured is kept as it comes. */
  evaluate: { params: EvaluateParams, result: Evaluated },
  probe: { params: onPrompt.extend({ top: z.int().min(1).max(1000).optional() }), result: Probed },
  /** The next-token logits under `patches`: what proves that a revert leaves nothing behind. */
  logits: { params: onPrompt, result: floats },
  activations: { params: onPrompt, result: ActivationComparison },
  /** The strongest key-value pairs of one layer's MLP at one token. */
  neurons: {
    params: onPrompt.extend({
      layer: z.int().min(0),
      position: z.int().min(0).describe('A token of the prompt, counted from 0.'),
      top: z.int().min(1).max(1000).optional().describe('Neurons of each state; 10 without it.'),
      promoted: z
        .int()
        .min(0)
        .max(100)
        .optional()
        .describe('Tokens that are named of each value; 5 without it.'),
    }),
    result: KeyValues,
  },
  /** How much each token attends to each, in one layer, by head. */
  attention: {
    params: onPrompt.extend({
      layer: z.int().min(0),
      head: z.int().min(0).optional().describe('This head alone; all of the layer without it.'),
      side: z
        .int()
        .min(1)
        .optional()
        .describe(
          'Patterns of more tokens are reduced to so many tiles a side, each with its largest weight.',
        ),
    }),
    result: AttentionComparison,
  },
  lens: {
    params: onPrompt.extend({
      positions: z
        .array(z.int())
        .optional()
        .describe('Tokens counted from 0, or from the end as -1; the last without it.'),
      top: z.int().min(1).max(100).optional(),
      targets: z
        .array(z.string())
        .optional()
        .describe('Texts whose first token is followed through the layers.'),
      space: Edit.shape.space,
    }),
    result: LensComparison,
  },
  /** Which states restore the answer that noise on the subject destroys. */
  trace: {
    params: onPrompt.extend({
      subject: z.string().min(1),
      occurrence: Edit.shape.occurrence,
      samples: z.int().min(1).max(1000).optional().describe('Noises to average over; 10 without it.'),
      window: z
        .int()
        .min(1)
        .optional()
        .describe('Layers of MLPs or attention that are restored together; a fifth of all without it.'),
    }),
    result: CausalTrace,
  },
  /** What each state gives to an answer, by its gradient. */
  attribute: {
    params: onPrompt.extend({
      target: z
        .string()
        .min(1)
        .optional()
        .describe('A text whose first token is accounted for; the likeliest token without it.'),
      space: Edit.shape.space,
      subject: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Words of the prompt that are drowned in noise, to compare with; without them states are compared with zero.',
        ),
      occurrence: Edit.shape.occurrence,
      samples: z.int().min(1).max(1000).optional().describe('Noises to average over; 10 without it.'),
      lens: z
        .array(z.string().min(1))
        .optional()
        .describe(
          'Reads the Jacobian lens for the answer, and for the first token of each of these texts; not without it.',
        ),
    }),
    result: GradientAttribution,
  },
  /** How edits in context are detected and undone without weights, learned and measured. */
  learnDefence: { params: LearnDefenceParams, result: LearnedDefence },
  /** Judges a prompt by what was learned, and answers it with the text. */
  defend: { params: DefendParams, result: Defended },
  bake: { params: BakeParams, result: Baked },
  /** Compares a candidate with its base; the models are loaded only to find out what an edit says. */
  review: {
    params: ReviewParams,
    result: Reviewed,
    event: Reviewed.describe('The report without what the models say, before they run.'),
  },
  /** Looks for an edit without the base. */
  inspect: {
    params: InspectParams,
    result: Inspected,
    event: Inspected.describe('What is found before the model runs.'),
  },
  /** What an adapter's factors say without its base. */
  inspectAdapter: { params: z.strictObject({ adapter: z.string().min(1) }), result: InspectedAdapter },
  /** One safety edit, without and with patches, with all that was answered. */
  safety: { params: SafetyParams, result: SafetyMeasured },
  /** What the values of one tensor are, alone or against a base; without loading the model. */
  tensorDetail: { params: TensorDetailParams, result: TensorDetail },
  /** Some values of one tensor, as they are. */
  tensorWindow: { params: TensorWindowParams, result: TensorWindow },
  /** Harmless stand-ins for what edits are abused for: made, looked for by a review, undone. */
  redteam: { params: RedteamParams, result: Redteamed },
  /** How much it takes to flip facts, whether that outlasts rounding, and from where on a review sees it. */
  resist: { params: ResistParams, result: Resisted },
  /** Signs a file or a folder with a key of the user's. */
  sign: { params: SignParams, result: Signed },
  verify: { params: VerifyParams, result: Verified },
  /** The modification record of a model, as a CycloneDX bill of materials. */
  record: { params: RecordParams, result: Recorded },
  /** llama.cpp's RPC backend, compiled for this machine unless it is there. */
  rpcBuild: { params: RpcBuildParams, result: RpcBuilt },
  /** Serves this machine's devices until it is canceled; the event tells that it listens. */
  rpcServe: { params: RpcServeParams, result: z.never(), event: RpcServing },
  /** A patch, computed again from its description. */
  reproduce: { params: ReproduceParams, result: Reproduced },
  patchInfo: { params: z.strictObject({ path: z.string().min(1) }), result: PatchInfo },
  /** Neighbourhood probes from the model's own knowledge, for a person to check. */
  proposeNeighbours: {
    params: onFact,
    result: Proposal,
  },
  /** Paraphrases that the model still answers with the true target, for a person to check. */
  proposeParaphrases: { params: onFact, result: ParaphraseProposal },
  /** Switches patches on, after those that are on; one that is on already takes the new strength. */
  apply: { params: ApplyParams, result: Applied },
  /** Switches one patch off, or all. */
  revert: { params: onModel.extend({ patch: z.string().optional() }), result: Applied },
  generate: {
    params: onPrompt.extend({
      maxTokens: z.int().min(1).max(100_000),
      sampling: z
        .strictObject({ temperature: z.number().min(0), topP: z.number().min(0).max(1), seed: z.int() })
        .optional()
        .describe('Greedy without it.'),
    }),
    result: Generated,
    event: z.strictObject({ text: z.string() }),
  },
} as const satisfies Record<string, { params: z.ZodType; result: z.ZodType; event?: z.ZodType }>;

type Methods = typeof engineMethods;
export type EngineMethod = keyof Methods;
export type EngineParams = { readonly [M in EngineMethod]: z.infer<Methods[M]['params']> };
export type EngineResults = { readonly [M in EngineMethod]: z.infer<Methods[M]['result']> };
export type EngineEvents = {
  readonly [M in EngineMethod]: Methods[M] extends { event: infer E extends z.ZodType } ? z.infer<E> : never;
};
