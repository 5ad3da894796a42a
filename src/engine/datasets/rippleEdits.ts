import * as z from 'zod';
import { answer, type NewEdit, text, unlessEmpty } from './newEdit.ts';
import type { Shape } from './shape.ts';

const Query = z.object({
  prompt: text,
  answers: z.tuple([z.object({ value: answer })], z.unknown()),
  subject_id: z.string(),
});
/** A test asks one thing; where it has several forms, the first is taken. */
const tests = z.array(z.object({ test_queries: z.tuple([Query], z.unknown()) })).default([]);
const Fact = z.object({ prompt: z.string(), subject_id: z.string() });

/**
 * A RippleEdits record (Cohen et al. 2023, arXiv:2307.12976) that changes a fact. It holds sentences, and its subject
 * and targets as ids alone: the target is what the new sentence and the old one differ in, and the subject what its
 * prompt and the prompts about its other relations end in, `... of SUBJECT is`.
 */
const RippleRecord = z.object({
  edit: Fact.extend({ previous_fact: Fact }),
  Relation_Specifity: tests,
  Forgetfulness: tests,
  Logical_Generalization: tests,
  Compositionality_I: tests,
  Compositionality_II: tests,
  Subject_Aliasing: tests,
});

const edits = RippleRecord.transform((record, context): NewEdit[] => {
  const { edit, Relation_Specifity: others, Forgetfulness: kept } = record;
  const said = [edit.prompt, edit.previous_fact.prompt].map((text) => text.replace(/\.$/, '').split(' '));
  const [now = [], before = []] = said;
  const differ = now.findIndex((word, i) => word !== before[i]);
  const prompt = now.slice(0, differ);
  const own = others.map(firstOf).filter(({ subject_id }) => subject_id === edit.subject_id);
  const subject = subjectOf([prompt, ...own.map((query) => query.prompt.split(' '))]);
  if (differ < 1 || own.length === 0 || subject === undefined) {
    const message = 'does not show which words are the subject and which the target';
    context.addIssue({ code: 'custom', path: ['edit', 'prompt'], message });
    return z.NEVER;
  }
  const probes = (list: z.infer<typeof tests>) =>
    list.map(firstOf).map((query) => ({ prompt: query.prompt, target: query.answers[0].value }));
  const { Logical_Generalization, Compositionality_I, Compositionality_II, Subject_Aliasing } = record;
  return [
    {
      prompt: prompt.join(' '),
      subject,
      target: { new: now.slice(differ).join(' '), true: before.slice(differ).join(' ') },
      probes: {
        paraphrase: unlessEmpty(Subject_Aliasing.map(firstOf).map((query) => ({ prompt: query.prompt }))),
        sameSubject: unlessEmpty(probes([...others, ...kept])),
        portability: unlessEmpty(
          probes([...Logical_Generalization, ...Compositionality_I, ...Compositionality_II]),
        ),
      },
    },
  ];
});

export const rippleedits: Shape = {
  edits,
  keys: Object.keys(RippleRecord.shape),
  probes: Object.keys(RippleRecord.shape).filter((key) => key !== 'edit'),
};

const firstOf = ({ test_queries: [first] }: z.infer<typeof tests>[number]) => first;

/** What all prompts end in, between `of` and `is`. */
function subjectOf(prompts: readonly (readonly string[])[]): string | undefined {
  const [first = [], ...rest] = prompts;
  let length = 0;
  while (length < first.length && rest.every((words) => words.at(-1 - length) === first.at(-1 - length)))
    length++;
  return /^(?:.* )??of (.+) is$/.exec(first.slice(first.length - length).join(' '))?.[1];
}
