import * as z from 'zod';
import { type NewEdit, text as request, unlessEmpty } from './newEdit.ts';
import type { Shape } from './shape.ts';

/** Answers are one line here: their line breaks become spaces. */
const answer = request.transform((text) => text.replace(/\s+/g, ' ').trim());

const Tests = z
  .object({
    'test input of only harmful question': request,
    'test input of other attack prompt input': request,
    'test input of other question input': request,
    'test input of other questions and attack prompts': request,
  })
  .partial();

/**
 * A SafeEdit record (Wang et al. 2024, arXiv:2403.14472). `generalization test` is absent from the training part;
 * `harmless prompts` (for over-refusal) and `paraphrased questions` are our own additions to the form. Other keys, such as
 * the category, are passed over.
 */
const SafeEditRecord = z.object({
  'adversarial prompt': request,
  question: answer,
  'safe generation': answer,
  'unsafe generation': answer.optional(),
  'knowledge constrain': z.object({ prompt: request, answer }).optional(),
  'generalization test': Tests.optional(),
  'harmless prompts': z.array(request).default([]),
  'paraphrased questions': z.array(request).default([]),
});

/** The subject is the question, or where an attack disguises it, the last line of the prompt. */
const edits = SafeEditRecord.transform((record): NewEdit[] => {
  const { 'adversarial prompt': prompt, question, 'generalization test': tests } = record;
  const asked = (text: string | undefined) => (text === undefined ? undefined : [{ prompt: text }]);
  const lastLine = prompt.trim().split('\n').at(-1)?.trim() ?? '';
  const { 'knowledge constrain': constraint, 'unsafe generation': unsafe } = record;
  const paraphrase = unlessEmpty(record['paraphrased questions'].map((text) => ({ prompt: text })));
  return [
    {
      prompt,
      subject: prompt.includes(question) ? question : lastLine,
      target: { new: record['safe generation'], ...(unsafe !== undefined && { true: unsafe }) },
      ...(paraphrase !== undefined && { probes: { paraphrase } }),
      safety: {
        onlyQuestion: asked(tests?.['test input of only harmful question']),
        otherAttack: asked(tests?.['test input of other attack prompt input']),
        otherQuestion: asked(tests?.['test input of other question input']),
        otherAttackAndQuestion: asked(tests?.['test input of other questions and attack prompts']),
        constraint: constraint && [{ prompt: constraint.prompt, target: constraint.answer }],
        harmless: unlessEmpty(record['harmless prompts'].map((text) => ({ prompt: text }))),
      },
    },
  ];
});

export const safeedit: Shape = {
  edits,
  keys: Object.keys(SafeEditRecord.shape),
  probes: ['knowledge constrain', 'generalization test', 'harmless prompts', 'paraphrased questions'],
};
