import * as z from 'zod';
import { Lineage } from './lineage.ts';

/** What is said of models, and of the patches that are on. */

export const ModelName = z
  .string()
  .min(1)
  .describe('A GGUF file, or a URI that it is downloaded from, such as hf:user/model:Q4_K_M.');

export const AppliedPatch = z.strictObject({
  path: z.string().min(1).describe('The patch file.'),
  strength: z.number().describe('What the patch is multiplied with; 1 as computed.'),
});
export type AppliedPatch = z.infer<typeof AppliedPatch>;

export const Patches = z.array(AppliedPatch).describe('In the order in which they are switched on.');

const MemoryNeed = z
  .strictObject({
    weights: z.number().describe('Mapped from the file, or repacked for this CPU.'),
    repacking: z.number().describe('What a layout for this CPU takes beyond the stored one.'),
    cache: z.number().describe('Keys and values of the tokens in the context.'),
    compute: z.number().describe('Logits, attention weights and the values between them.'),
    total: z.number(),
  })
  .describe('What loading takes, an upper estimate in bytes.');
export type MemoryNeed = z.infer<typeof MemoryNeed>;

const EditNeed = z
  .strictObject({
    contexts: z.number().describe('The context that edits are computed in.'),
    gradient: z.number().describe('What a pass keeps for the way back.'),
    covariance: z.number().describe("The second moment of a layer's keys, gathered and factored."),
    copies: z.number().describe('Transposed copies of all weights; fewer of them are slower.'),
    least: z.number().describe('With the loaded model and without copies.'),
    total: z.number(),
  })
  .describe('What computing an edit takes, an upper estimate in bytes.');
export type EditNeed = z.infer<typeof EditNeed>;

export const Info = z.strictObject({
  path: z.string(),
  files: z.array(z.string()).describe('All files of a split model.'),
  name: z.string().nullable().describe('general.name'),
  architecture: z.string(),
  digest: z
    .string()
    .nullable()
    .describe('"sha256:" and 64 hexadecimal digits; null if it was not asked for.'),
  bytes: z.int().describe('Size of the files.'),
  parameters: z.int(),
  layers: z.int(),
  embedding: z.int().nullable().describe('Width of the residual stream.'),
  feedForward: z.int().nullable().describe("Width of a down-projection's input; null where layers differ."),
  vocabulary: z.int().nullable(),
  contextLength: z.int().nullable().describe('Tokens that the model was trained to read.'),
  bitsPerWeight: z.number(),
  quantisation: z
    .array(z.strictObject({ type: z.string(), tensors: z.int(), parameters: z.int(), bytes: z.number() }))
    .describe('The types of the weights, the largest share of the bytes first.'),
  chatTemplate: z.string().nullable(),
  lineage: Lineage,
  memory: MemoryNeed,
  editMemory: EditNeed,
  problem: z
    .string()
    .nullable()
    .describe('Why llama.cpp cannot be given the model, as far as a file shows it without being loaded.'),
  tensors: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      shape: z.array(z.int()).describe("In ggml's order: the first runs fastest."),
      bytes: z.number(),
    }),
  ),
});
export type Info = z.infer<typeof Info>;

export const Loaded = z.strictObject({
  model: z.string().describe('The file, downloaded if need be.'),
  architecture: z.string(),
  layers: z.int(),
  embedding: z.int(),
  contextLength: z.int(),
  parameters: z.number(),
  device: z
    .enum(['cpu', 'cuda', 'vulkan', 'metal', 'rpc'])
    .describe('What computes; "rpc" where servers do.'),
  uneditable: z.string().nullable().describe('Why gradients cannot be taken through this kind of model.'),
  applied: Patches,
});
export type Loaded = z.infer<typeof Loaded>;

export const Applied = z.strictObject({ model: z.string(), applied: Patches });
export type Applied = z.infer<typeof Applied>;
