import * as z from 'zod';
import { type NewEdit, unlessEmpty } from './newEdit.ts';

/** The first of an answer's forms, which some of the files wrap into one list, some into two. */
const answer = z.preprocess((value) => {
  let found = value;
  while (Array.isArray(found)) found = found[0];
  return found;
}, z.string());

const questions = z.array(z.object({ prompt: answer, ground_truth: answer })).default([]);

/**
 * A KnowEdit record (Zhang et al. 2024, arXiv:2401.01286): WikiData_recent, WikiData_counterfact and ZsRE under the
 * first names, WikiBio under `concept`, `text` and `labels`.
 */
const KnowEditRecord = z
  .object({
    subject: z.string().optional(),
    concept: z.string().optional(),
    prompt: z.string().optional(),
    text: z.string().optional(),
    target_new: z.string().optional(),
    labels: z.string().optional(),
    ground_truth: answer.optional(),
    rephrase: z.string().optional(),
    portability: z
      .object({ Reasoning: questions, Subject_Aliasing: questions, Logical_Generalization: questions })
      .partial()
      .default({}),
    locality: z.object({ Relation_Specificity: questions, Forgetfulness: questions }).partial().default({}),
  })
  .superRefine((record, context) => {
    const pairs = [
      ['subject', 'concept'],
      ['prompt', 'text'],
      ['target_new', 'labels'],
    ] as const;
    for (const [name, other] of pairs) {
      if (record[name] !== undefined || record[other] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: `is missing, and so is ${other}` });
    }
  });

/**
 * Portability in all its kinds stays portability, as EasyEdit counts it. What locality asks is about the subject
 * itself: its other relations, and its other answers to the same question.
 */
export const knowedit = KnowEditRecord.transform((record): NewEdit[] => {
  const { portability, locality, ground_truth: truth, rephrase } = record;
  const asked = (...lists: (z.infer<typeof questions> | undefined)[]) =>
    lists.flatMap((list) =>
      (list ?? []).map(({ prompt, ground_truth }) => ({ prompt, target: ground_truth })),
    );
  return [
    {
      prompt: record.prompt ?? record.text ?? '',
      subject: record.subject ?? record.concept ?? '',
      target: { new: record.target_new ?? record.labels ?? '', ...(truth !== undefined && { true: truth }) },
      probes: {
        paraphrase: rephrase === undefined ? undefined : [{ prompt: rephrase }],
        portability: unlessEmpty(
          asked(portability.Reasoning, portability.Subject_Aliasing, portability.Logical_Generalization),
        ),
        sameSubject: unlessEmpty(asked(locality.Relation_Specificity, locality.Forgetfulness)),
      },
    },
  ];
});
