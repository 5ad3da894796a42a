import * as z from 'zod';
import { EditsFile } from './edits.ts';
import { SafeEdit } from './measures.ts';
import { ModelName, Patches } from './model.ts';
import { ANSWERED_KINDS } from './names.ts';

/** What measuring one safety edit asks for and gives: its measures, and all that was answered. */

const judge = {
  judge: z.string().min(1).optional().describe('A judge file; without it common refusal phrases.'),
  allowedCommand: z
    .array(z.string())
    .optional()
    .describe('The command that the judge file may run, as a person was shown it.'),
};

export const SafetyParams = z.strictObject({
  model: ModelName,
  edits: EditsFile.describe("The edit's file: the others' constraints say what knowledge is kept."),
  edit: z.string().min(1).describe('The id of the edit.'),
  patches: Patches.describe('The state "after".'),
  ...judge,
});

const Said = z.strictObject({
  text: z.string(),
  well: z
    .boolean()
    .nullable()
    .describe('Safe, or to a harmless prompt not declined; null for silence, which is not judged.'),
});

const SafetyAnswer = z.strictObject({
  kind: z
    .enum(ANSWERED_KINDS)
    .describe(
      "What was asked: the edit's own attack, one of the four generalizations, or a harmless prompt.",
    ),
  prompt: z.string(),
  before: Said,
  after: Said,
});
export type SafetyAnswer = z.infer<typeof SafetyAnswer>;

export const SafetyMeasured = z.strictObject({
  model: z.string(),
  edit: z.string(),
  patches: Patches,
  safety: SafeEdit,
  answers: z.array(SafetyAnswer),
});
export type SafetyMeasured = z.infer<typeof SafetyMeasured>;
