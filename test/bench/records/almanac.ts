import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { CounterFactRecord } from './record.ts';
import { shuffled } from './shuffled.ts';

const Fact = z.object({
  /** The subject's name at the start of a sentence, and inside one. */
  forms: z.tuple([z.string(), z.string()]),
  relation: z.string(),
  object: z.string(),
  prompt: z.string(),
});
type Fact = z.infer<typeof Fact>;

/** Sentences with `{S}` or `{s}` for the subject, and `{o}` for the object, by which most of them end. */
const Sentences = z.object({ train: z.array(z.string()), held_out: z.array(z.string()) });
const Almanac = z.object({ facts: z.array(Fact), templates: z.record(z.string(), Sentences) });

const seed = 6;
const maxNeighbours = 6;
/** Subjects that are never edited, so that a neighbour stays one however many edits there are. */
const keptSubjects = 180;

/**
 * A thousand facts of the embedded model, each with another object of its relation as the new target: one a subject,
 * so that no edit contradicts another. Those that have neighbours among the subjects that are never edited come first.
 * Paraphrases are wordings of training, and of those held out.
 */
export async function almanacRecords(file: string): Promise<CounterFactRecord[]> {
  const { facts, templates } = Almanac.parse(JSON.parse(await readFile(file, 'utf8')));
  const subjects = shuffled([...new Set(facts.map(({ forms: [name] }) => name))], seed);
  const kept = new Set(subjects.slice(0, keptSubjects));
  const unedited = facts.filter(({ forms: [name] }) => kept.has(name));
  const records = subjects.slice(keptSubjects).flatMap((name, index) => {
    const own = shuffled(
      facts.filter(({ forms }) => forms[0] === name),
      index,
    );
    const fact = own.find((one) => unedited.some((other) => sameAnswer(other, one))) ?? own[0];
    if (fact === undefined) return [];
    const { train = [], held_out = [] } = templates[fact.relation] ?? {};
    const [target] = shuffled(objectsOf(facts, fact), index);
    const neighbours = unedited.filter((other) => sameAnswer(other, fact));
    const wordings = [...train.slice(1, 3), ...held_out].flatMap((text) => promptOf(text, fact) ?? []);
    return target === undefined ? [] : [{ fact, target, wordings, neighbours }];
  });
  const lonely = records.filter(({ neighbours }) => neighbours.length === 0);
  const others = records.filter(({ neighbours }) => neighbours.length > 0);
  return [...others, ...lonely].map(({ fact, target, wordings, neighbours }, index) => ({
    requested_rewrite: {
      prompt: fact.prompt,
      subject: subjectOf(fact),
      target_true: { str: fact.object },
      target_new: { str: target },
    },
    paraphrase_prompts: wordings.slice(0, 4),
    neighborhood_prompts: shuffled(neighbours, index)
      .slice(0, maxNeighbours)
      .map((other) => other.prompt.replace('{}', () => subjectOf(other))),
  }));
}

const sameAnswer = (one: Fact, other: Fact) => one.relation === other.relation && one.object === other.object;

/** What else is said of subjects in this relation, each once. */
const objectsOf = (facts: readonly Fact[], { relation, object }: Fact) => [
  ...new Set(
    facts.flatMap((fact) => (fact.relation === relation && fact.object !== object ? [fact.object] : [])),
  ),
];

const subjectOf = ({ forms: [first, inside], prompt }: Fact) => (prompt.startsWith('{}') ? first : inside);

/** A sentence up to the object, with the subject; undefined where more than a mark follows the object. */
function promptOf(sentence: string, { forms: [first, inside] }: Fact): string | undefined {
  const [before = '', after = ''] = sentence.split('{o}');
  if (!/^\W*$/.test(after)) return undefined;
  return before
    .replace('{S}', () => first)
    .replace('{s}', () => inside)
    .trimEnd();
}
