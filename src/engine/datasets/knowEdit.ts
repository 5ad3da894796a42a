import * as z from 'zod';
import { answer, answerIfAny, filled, type NewEdit, placed, template, text, unlessEmpty } from './newEdit.ts';
import { questionsIn, questionsOf } from './questions.ts';
import { isObject, type Shape } from './shape.ts';

const questions = z.array(z.object({ prompt: answer, ground_truth: answer })).default([]);
const byKind = z.record(z.string(), questions).default({});
const rephrased = z.array(text).default([]);

/**
 * A KnowEdit record (Zhang et al. 2024, arXiv:2401.01286): WikiData_recent, WikiData_counterfact and ZsRE under the
 * first names, WikiBio under `concept`, `text` and `labels`; and the plain requests of EasyEdit, AlphaEdit, CKnowEdit and
 * counterfact-tracing, which have the same under other names.
 */
const KnowEditRecord = z.object({
  subject: text.optional(),
  concept: text.optional(),
  prompt: template.optional(),
  text: template.optional(),
  target_new: answerIfAny,
  labels: answerIfAny,
  target_false: answerIfAny,
  ground_truth: answerIfAny,
  target_true: answerIfAny,
  target_old: answerIfAny,
  rephrase: rephrased,
  rephrase_prompt: rephrased,
  rephrase_prompts: rephrased,
  paraphrase_prompts: rephrased,
  portability: byKind,
  portability_inputs: byKind,
  portability_prompt: questions,
  locality: byKind,
  locality_inputs: byKind,
  locality_prompt: questions,
});

/** Kinds of locality that ask about the subject itself: its other relations, its other answers to the same question. */
const ofSubject = ['Relation_Specificity', 'Forgetfulness'];

/** Portability in all its kinds stays portability, as EasyEdit counts it. */
const edits = KnowEditRecord.transform((record, context): NewEdit[] => {
  const { subject = record.concept, prompt = record.text } = record;
  const wanted = record.target_new ?? record.labels ?? record.target_false;
  if (subject === undefined || prompt === undefined || wanted === undefined) {
    const names = { subject, prompt, target_new: wanted };
    for (const [name, value] of Object.entries(names)) {
      if (value !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: `is missing, and so is ${others[name]}` });
    }
    return z.NEVER;
  }
  const truth = record.ground_truth ?? record.target_true ?? record.target_old;
  const local = { ...record.locality, ...record.locality_inputs, locality_prompt: record.locality_prompt };
  const near = (isNear: boolean) =>
    unlessEmpty(
      Object.entries(local).flatMap(([kind, list]) =>
        ofSubject.includes(kind) === isNear ? asked(list) : [],
      ),
    );
  const portability = [...Object.values(record.portability), ...Object.values(record.portability_inputs)];
  const paraphrases = [
    ...record.rephrase,
    ...record.rephrase_prompt,
    ...record.rephrase_prompts,
    ...record.paraphrase_prompts,
  ];
  return [
    {
      ...placed(prompt, subject),
      target: { new: wanted, ...(truth !== undefined && { true: truth }) },
      probes: {
        paraphrase: unlessEmpty(paraphrases.map((one) => ({ prompt: filled(one, subject) }))),
        neighbourhood: near(false),
        portability: unlessEmpty(
          [...portability.flat(), ...record.portability_prompt].flatMap((one) => asked([one])),
        ),
        sameSubject: near(true),
      },
    },
  ];
});

/** The name that another published form has for it. */
const others: Readonly<Record<string, string>> = { subject: 'concept', prompt: 'text', target_new: 'labels' };

const asked = (list: z.infer<typeof questions>) =>
  list.map(({ prompt, ground_truth }) => ({ prompt, target: ground_truth }));

/** One text becomes a list of it, and questions in all their forms become lists by kind. */
function tidy(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { locality_ground_truth, portability_ground_truth, ...rest } = record;
  const tidied: Record<string, unknown> = { ...rest };
  for (const key of ['rephrase', 'rephrase_prompt', 'rephrase_prompts', 'paraphrase_prompts']) {
    if (typeof rest[key] === 'string') tidied[key] = [rest[key]];
  }
  for (const key of ['portability', 'portability_inputs', 'locality', 'locality_inputs']) {
    const value = rest[key];
    if (Array.isArray(value) || (isObject(value) && 'prompt' in value)) {
      tidied[key] = { questions: questionsIn(value) };
    } else if (isObject(value)) {
      const kinds = Object.entries(value).map(([kind, list]) => [kind, questionsIn(list)]);
      tidied[key] = Object.fromEntries(kinds);
    }
  }
  for (const [key, truth] of [
    ['locality_prompt', locality_ground_truth],
    ['portability_prompt', portability_ground_truth],
  ] as const) {
    if (rest[key] !== undefined) tidied[key] = questionsOf(rest[key], truth);
  }
  return tidied;
}

export const knowedit: Shape = {
  edits,
  isIn: (record) => 'prompt' in record || 'text' in record,
  keys: [...Object.keys(KnowEditRecord.shape), 'locality_ground_truth', 'portability_ground_truth'],
  probes: Object.keys(KnowEditRecord.shape).filter((key) =>
    /^(?:re|para)phrase|^portability|^locality/.test(key),
  ),
  tidy,
};
