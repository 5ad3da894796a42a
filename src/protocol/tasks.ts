import * as z from 'zod';
import { ComparedSides, Comparison } from './comparison.ts';
import { LearnDefenceParams, LearnedDefence } from './contextDefence.ts';
import { FORMATS } from './datasets.ts';
import { Edited } from './editing.ts';
import { Imported } from './engine.ts';
import { Evaluated, EvaluateParams } from './evaluation.ts';
import { ModelName } from './model.ts';
import { Baked, BakeParams } from './patches.ts';
import { Verified, VerifyParams } from './provenance.ts';
import { Redteamed, RedteamParams, Resisted, ResistParams } from './redteam.ts';
import { SafetyMeasured, SafetyParams } from './safety.ts';

/**
 * Long work of the editor with a page of its own: what was asked for, and what came of it. Files are named, not held:
 * what is run again reads them as they are then.
 */

const dataset = z.string().min(1).describe('The edits file.');
const { together, drift, fluency } = EvaluateParams.shape;

export const TaskRequest = z.discriminatedUnion('kind', [
  EvaluateParams.pick({
    model: true,
    methods: true,
    numbers: true,
    preset: true,
    judge: true,
    allowedCommand: true,
  }).extend({
    kind: z.literal('evaluate'),
    dataset,
    together: together.unwrap(),
    drift: drift.unwrap(),
    fluency: fluency.unwrap(),
    folder: z.string().min(1).describe('Where the journal, the tables and the plots lie.'),
  }),
  z.strictObject({
    kind: z.literal('sweep'),
    model: ModelName,
    dataset,
    edit: z.string().min(1).describe('The id of the edit that layers are tried with.'),
  }),
  z.strictObject({ kind: z.literal('compare'), dataset, sides: ComparedSides }),
  SafetyParams.omit({ edits: true }).extend({ kind: z.literal('safety'), dataset }),
  RedteamParams.pick({ model: true, use: true, method: true }).extend({ kind: z.literal('redteam') }),
  ResistParams.pick({ model: true, method: true }).extend({
    kind: z.literal('resist'),
    dataset: dataset.optional().describe('The harmless stand-ins without it.'),
  }),
  LearnDefenceParams.pick({ model: true }).extend({ kind: z.literal('learnReversal'), dataset }),
  BakeParams.omit({ edits: true }).extend({
    kind: z.literal('bake'),
    dataset: dataset.optional().describe('Its probes are asked as well.'),
  }),
  VerifyParams.extend({ kind: z.literal('verify') }),
  z.strictObject({
    kind: z.literal('importRecords'),
    path: z.string().min(1),
    format: z.enum(FORMATS),
    model: ModelName.optional(),
  }),
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
