import * as z from 'zod';
import { EditsFile } from './edits.ts';
import { Share } from './measures.ts';
import { ModelName } from './model.ts';
import { TokenProbability } from './probe.ts';

/** Undoing edits in context, with nothing but a model's likeliest next tokens. */

const numbers = z.array(z.number());

/** What is learned of a model, as the file keeps it. */
export const ContextDefence = z.strictObject({
  model: z.strictObject({ digest: z.string(), name: z.string() }),
  top: z.int().min(1).max(100).describe('How many of the likeliest next tokens are looked at.'),
  detector: z
    .strictObject({ mean: numbers, deviation: numbers, weights: numbers, bias: z.number() })
    .describe('A logistic regression over the logarithms of their probabilities, largest first.'),
  text: z
    .string()
    .max(10_000)
    .nullable()
    .describe('The lines that go before the question; null where no edit in context is believed.'),
});
export type ContextDefence = z.infer<typeof ContextDefence>;

export const LearnDefenceParams = z.strictObject({
  model: ModelName,
  edits: EditsFile,
  number: z.int().min(4).optional().describe('Only the first so many edits; all without it.'),
  top: z.int().min(1).max(100).optional().describe('Next tokens that are looked at; 10 without it.'),
});

const share = Share.nullable().describe('null without a case');

export const LearnedDefence = z.strictObject({
  reversal: ContextDefence,
  protocol: z.string(),
  learnedFrom: z.int().describe('Edits that the detector was fitted and the text searched on.'),
  detection: z.strictObject({
    f1: z.number().nullable(),
    found: share.describe('Recall: questions behind an edit that is believed that are called edited.'),
    precision: share,
    falseOnPlain: share.describe('Plain questions that are called edited.'),
    falseOnOthers: share.describe('Questions behind an edit of another fact that are called edited.'),
  }),
  worked: share.describe(
    'Edits in context that are believed: their target becomes the likeliest next token.',
  ),
  recovered: share.describe('Of those, the share whose likeliest next token is the original again.'),
  recoveredWithoutText: share.describe('The same with an empty line in place of the text.'),
  keptPlain: share.describe('Plain questions whose likeliest next token the text leaves as it is.'),
});
export type LearnedDefence = z.infer<typeof LearnedDefence>;

export const DefendParams = z.strictObject({
  model: ModelName,
  reversal: ContextDefence,
  prompt: z.string().min(1),
});

export const Defended = z.strictObject({
  probability: z.number().describe('That the prompt holds an edit of what it asks for, 0..1.'),
  edited: z.boolean().describe('That it is likelier than not.'),
  asked: z.string().describe('The prompt with the text, which the model was asked instead.'),
  before: z.array(TokenProbability).describe('The likeliest next tokens of the prompt as it is.'),
  after: z.array(TokenProbability).describe('And with the text.'),
});
export type Defended = z.infer<typeof Defended>;
