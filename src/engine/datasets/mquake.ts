import * as z from 'zod';
import { answer, answerIfAny, type NewEdit, placed, template, text, unlessEmpty } from './newEdit.ts';
import type { Shape } from './shape.ts';

/** An MQuAKE record (Zhong et al. 2023, arXiv:2305.14795), of which we take the facts and the questions over several. */
const MquakeRecord = z.object({
  requested_rewrite: z
    .array(
      z.object({
        prompt: template,
        subject: text,
        target_new: answer,
        target_true: answerIfAny,
        question: text.optional(),
      }),
    )
    .min(1),
  questions: z.array(text).default([]),
  new_answer: answer,
});

/**
 * An edit for each fact. The questions follow from all of them together, so the last one carries them: they are
 * fairly asked of a patch with the whole record, not of its last edit alone.
 */
const edits = MquakeRecord.transform(({ requested_rewrite: facts, questions, new_answer }): NewEdit[] =>
  facts.map(({ prompt, subject, target_new, target_true, question }, index) => {
    const last = index === facts.length - 1;
    const asked = questions.map((text) => ({ prompt: text, target: new_answer }));
    return {
      ...placed(prompt, subject),
      target: { new: target_new, ...(target_true !== undefined && { true: target_true }) },
      probes: {
        paraphrase: question === undefined ? undefined : [{ prompt: question }],
        portability: last ? unlessEmpty(asked) : undefined,
      },
    };
  }),
);

export const mquake: Shape = { edits, keys: Object.keys(MquakeRecord.shape), probes: ['questions'] };
