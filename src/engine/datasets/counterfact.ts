import * as z from 'zod';
import { filled, type NewEdit, unlessEmpty, withSubjectPlace } from './newEdit.ts';

const Question = z.object({ prompt: z.string(), target: z.string() });

/**
 * A CounterFact record (Meng et al. 2022, arXiv:2202.05262, `counterfact.json`), of which we take what an edit
 * and its probes need; `portability_prompts` and `same_subject` are our own additions to the form. Other keys,
 * such as the ids of the targets, are passed over.
 */
const CounterFactRecord = z.object({
  requested_rewrite: z.object({
    prompt: withSubjectPlace,
    subject: z.string(),
    target_true: z.object({ str: z.string() }),
    target_new: z.object({ str: z.string() }),
  }),
  paraphrase_prompts: z.array(z.string()).default([]),
  neighborhood_prompts: z.array(z.string()).default([]),
  portability_prompts: z.array(Question).default([]),
  same_subject: z.array(Question).default([]),
});

/** Neighbours must keep the true target: in CounterFact they are chosen to share it. */
export const counterfact = CounterFactRecord.transform((record): NewEdit[] => {
  const { prompt, subject, target_true, target_new } = record.requested_rewrite;
  const truth = target_true.str;
  const edit = {
    prompt: filled(prompt, subject),
    subject,
    target: { new: target_new.str, true: truth },
    probes: {
      paraphrase: unlessEmpty(record.paraphrase_prompts.map((paraphrase) => ({ prompt: paraphrase }))),
      neighbourhood: unlessEmpty(
        record.neighborhood_prompts.map((neighbour) => ({ prompt: neighbour, target: truth })),
      ),
      portability: unlessEmpty(record.portability_prompts),
      sameSubject: unlessEmpty(record.same_subject),
    },
  };
  return [edit];
});
