import * as z from 'zod';
import { filled, type NewEdit, unlessEmpty, withSubjectPlace } from './newEdit.ts';

/** An MQuAKE record (Zhong et al. 2023, arXiv:2305.14795), of which we take the facts and the questions over several. */
const MquakeRecord = z.object({
  requested_rewrite: z
    .array(
      z.object({
        prompt: withSubjectPlace,
        subject: z.string(),
        target_new: z.object({ str: z.string() }),
        target_true: z.object({ str: z.string() }),
        question: z.string(),
      }),
    )
    .min(1),
  questions: z.array(z.string()),
  new_answer: z.string(),
});

/**
 * An edit for each fact. The questions follow from all of them together, so the last one carries them: they are
 * fairly asked of a patch with the whole record, not of its last edit alone.
 */
export const mquake = MquakeRecord.transform(
  ({ requested_rewrite: facts, questions, new_answer }): NewEdit[] =>
    facts.map(({ prompt, subject, target_new, target_true, question }, index) => {
      const last = index === facts.length - 1;
      const asked = questions.map((text) => ({ prompt: text, target: new_answer }));
      return {
        prompt: filled(prompt, subject),
        subject,
        target: { new: target_new.str, true: target_true.str },
        probes: { paraphrase: [{ prompt: question }], portability: last ? unlessEmpty(asked) : undefined },
      };
    }),
);
