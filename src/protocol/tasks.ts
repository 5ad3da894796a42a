import * as z from 'zod';
import { ComparedSides, Comparison } from './comparison.ts';
import { LearnedDefence } from './contextDefence.ts';
import { FORMATS } from './datasets.ts';
import { Edited } from './editing.ts';
import { Imported } from './engine.ts';
import { Evaluated } from './evaluation.ts';
import { EVALUATED, METHODS } from './methods.ts';
import { AppliedPatch, ModelName } from './model.ts';
import { Baked } from './patches.ts';
import { PRESETS } from './presets.ts';
import { Verified, VerifyParams } from './provenance.ts';
import { Redteamed, Resisted, USES } from './redteam.ts';
import { SafetyMeasured } from './safety.ts';

/**
 * Long work of the editor with a page of its own: what was asked for, and what came of it. Files are named, not held:
 * what is run again reads them as they are then.
 */

const dataset = z.string().min(1).describe('The edits file.');
const method = z.enum(METHODS).optional();

const requests = {
  evaluate: z.strictObject({
    kind: z.literal('evaluate'),
    model: ModelName,
    dataset,
    methods: z.array(z.enum(EVALUATED)).min(1),
    numbers: z.array(z.int().min(1)).min(1).optional(),
    together: z.boolean(),
    preset: z.enum(PRESETS).optional(),
    drift: z.boolean(),
    fluency: z.boolean(),
    judge: z.string().min(1).optional(),
    allowedCommand: z.array(z.string()).optional(),
    folder: z.string().min(1).describe('Where the journal, the tables and the plots lie.'),
  }),
  sweep: z.strictObject({
    kind: z.literal('sweep'),
    model: ModelName,
    dataset,
    edit: z.string().min(1).describe('The id of the edit that layers are tried with.'),
  }),
  compare: z.strictObject({ kind: z.literal('compare'), dataset, sides: ComparedSides }),
  safety: z.strictObject({
    kind: z.literal('safety'),
    model: ModelName,
    dataset,
    edit: z.string().min(1),
    patches: z.array(AppliedPatch),
    judge: z.string().min(1).optional(),
    allowedCommand: z.array(z.string()).optional(),
  }),
  redteam: z.strictObject({ kind: z.literal('redteam'), model: ModelName, use: z.enum(USES), method }),
  resist: z.strictObject({
    kind: z.literal('resist'),
    model: ModelName,
    dataset: dataset.optional().describe('The harmless stand-ins without it.'),
    method,
  }),
  learnReversal: z.strictObject({ kind: z.literal('learnReversal'), model: ModelName, dataset }),
  bake: z.strictObject({
    kind: z.literal('bake'),
    model: ModelName,
    patches: z.array(AppliedPatch).min(1),
    out: z.string().min(1),
    dataset: dataset.optional().describe('Its probes are asked as well.'),
  }),
  verify: VerifyParams.extend({ kind: z.literal('verify') }),
  importRecords: z.strictObject({
    kind: z.literal('importRecords'),
    path: z.string().min(1),
    format: z.enum(FORMATS),
    model: ModelName.optional(),
  }),
} as const;

export const TaskRequest = z.discriminatedUnion('kind', [
  requests.evaluate,
  requests.sweep,
  requests.compare,
  requests.safety,
  requests.redteam,
  requests.resist,
  requests.learnReversal,
  requests.bake,
  requests.verify,
  requests.importRecords,
]);
export type TaskRequest = z.infer<typeof TaskRequest>;
export type TaskKind = TaskRequest['kind'];
export type RequestOf<K extends TaskKind> = Extract<TaskRequest, { readonly kind: K }>;

/** Of the records that would be imported, the first. */
export const ImportPreview = Imported.omit({ edits: true, written: true }).extend({
  facts: z
    .array(z.strictObject({ id: z.string(), fact: z.string(), probes: z.int() }))
    .describe('The first edits.'),
});
export type ImportPreview = z.infer<typeof ImportPreview>;

const Sweep = z.strictObject({ layers: Edited.shape.sweep.unwrap(), edit: z.string() });
export type Sweep = z.infer<typeof Sweep>;

const resultOf = <K extends TaskKind, V extends z.ZodType>(kind: K, value: V) =>
  z.strictObject({ kind: z.literal(kind), value });

export const TaskResult = z.discriminatedUnion('kind', [
  resultOf('evaluate', Evaluated),
  resultOf('sweep', Sweep),
  resultOf('compare', Comparison),
  resultOf('safety', SafetyMeasured),
  resultOf('redteam', Redteamed),
  resultOf('resist', Resisted),
  resultOf('learnReversal', LearnedDefence),
  resultOf('bake', Baked),
  resultOf('verify', Verified),
  resultOf('importRecords', ImportPreview),
]);
export type TaskResult = z.infer<typeof TaskResult>;

export const Task = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  at: z.number().describe('When it was asked for, in milliseconds since 1970.'),
  request: TaskRequest,
  result: TaskResult.nullable().describe('null before it has ended.'),
});
export type Task = z.infer<typeof Task>;
