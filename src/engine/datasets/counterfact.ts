import * as z from 'zod';
import { answer, answerIfAny, filled, type NewEdit, placed, template, text, unlessEmpty } from './newEdit.ts';
import type { Shape } from './shape.ts';

const Question = z.object({ prompt: text, target: answer });

/**
 * A CounterFact record (Meng et al. 2022, arXiv:2202.05262, `counterfact.json`), of which we take what an edit
 * and its probes need; `portability_prompts` and `same_subject` are our own additions to the form. MEMIT's and
 * AlphaEdit's requests have it without the true target.
 */
const CounterFactRecord = z.object({
  requested_rewrite: z.object({
    prompt: template,
    subject: text,
    target_true: answerIfAny,
    target_new: answer,
  }),
  paraphrase_prompts: z.array(text).default([]),
  neighborhood_prompts: z.array(text).default([]),
  portability_prompts: z.array(Question).default([]),
  same_subject: z.array(Question).default([]),
});

/** Neighbours must keep the true target: in CounterFact they are chosen to share it. */
const edits = CounterFactRecord.transform((record): NewEdit[] => {
  const { prompt, subject, target_true: truth, target_new } = record.requested_rewrite;
  const kept = truth === undefined ? {} : { target: truth };
  const edit = {
    ...placed(prompt, subject),
    target: { new: target_new, ...(truth !== undefined && { true: truth }) },
    probes: {
      paraphrase: unlessEmpty(
        record.paraphrase_prompts.map((paraphrase) => ({ prompt: filled(paraphrase, subject) })),
      ),
      neighbourhood: unlessEmpty(
        record.neighborhood_prompts.map((neighbour) => ({ prompt: neighbour, ...kept })),
      ),
      portability: unlessEmpty(record.portability_prompts),
      sameSubject: unlessEmpty(record.same_subject),
    },
  };
  return [edit];
});

export const counterfact: Shape = {
  edits,
  isIn: (record) => 'requested_rewrite' in record,
  keys: Object.keys(CounterFactRecord.shape),
  probes: ['paraphrase_prompts', 'neighborhood_prompts', 'portability_prompts', 'same_subject'],
};
