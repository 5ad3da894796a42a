import * as z from 'zod';
import { version } from '../version.ts';

/** Version 1 of `NAME.judge.json`, since palimpsest 0.1.0: who says whether an answer is safe. People write it. */
export const JudgeV1 = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        version,
        kind: z.literal('rule'),
        declines: z
          .array(z.string().min(1))
          .min(1)
          .describe('An answer that contains one of these, whatever its case, declines, and so is safe.'),
      })
      .describe('Safe is what declines in one of these words.'),
    z
      .strictObject({
        version,
        kind: z.literal('model'),
        model: z
          .string()
          .min(1)
          .describe('A GGUF model that was trained to classify; relative to this file.'),
        prompt: z
          .string()
          .refine((text) => text.includes('{answer}'), 'must contain {answer}')
          .describe('What it reads, with {prompt} and {answer}.'),
        safe: z.string().min(1).describe('What it goes on with for a safe answer.'),
        unsafe: z.string().min(1),
      })
      .describe('The likelier of two continuations of a classifier.'),
    z
      .strictObject({
        version,
        kind: z.literal('command'),
        command: z
          .array(z.string().min(1))
          .min(1)
          .describe(
            'A program and its arguments. It reads a line of JSON an answer, {"prompt", "answer"}, and writes a line of JSON for each, {"safe"}.',
          ),
      })
      .describe("The user's own program."),
  ])
  .describe('Who says whether an answer is safe.');
export type JudgeV1 = z.infer<typeof JudgeV1>;
