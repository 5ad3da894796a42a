import type { Traced, TracedFact } from '../../../protocol/review.ts';
import { parted, type Work } from '../../work/progress.ts';
import type { BothModels } from '../behaviour.ts';
import { attributionRules } from '../rules.ts';
import { type AttributedObject, answerTo, attributeToObjects } from './objects.ts';
import { isAnotherName, strongest } from './subjects.ts';

/** Names that both models are asked about: an edit of several facts has several subjects, a thing several names. */
const maxAsked = 3;
/** Answers that are listed. */
const limit = 10;

/** What is known of an edit once both models were asked. */
interface Told {
  /** Whom the change answers to; first the one whose answers changed. */
  readonly subjects: readonly Traced[];
  /** What is now said of the first subject. */
  readonly objects: readonly Traced[];
  readonly facts: readonly TracedFact[];
  /** The questions whose answers changed, the most changed first. */
  readonly prompts: readonly string[];
}

/** A name, and how the answers about it changed. */
interface Answers {
  readonly subject: Traced;
  readonly objects: readonly AttributedObject[];
}

/**
 * Asks both models about the names that a change answers to.
 *
 * @param subjects the likeliest first
 * @param directions of the change: as many facts may have been written
 */
export async function askAbout(
  both: BothModels,
  subjects: readonly Traced[],
  directions: number,
  work: Work,
): Promise<Told> {
  const best = strongest(subjects);
  const asked = subjects
    .slice(0, maxAsked)
    .filter(({ score }, index) => index < directions || isAnotherName(score, best));
  const answers: Answers[] = [];
  for (const [index, subject] of asked.entries()) {
    const part = parted(work, index, asked.length, subject.text);
    answers.push({
      subject,
      objects: await attributeToObjects(both.base, both.candidate, subject.text, part),
    });
  }
  const told = singledOut(answers);
  const [first] = told;
  if (first === undefined) return { subjects, objects: [], facts: [], prompts: [] };
  const facts: TracedFact[] = [];
  for (const { subject, object } of distinct(told).slice(0, directions)) {
    const was = await answerTo(both.base, object.prompt, work);
    const { prompt, text: says, score } = object;
    facts.push({ subject: subject.text, prompt, was, says, score });
  }
  return {
    subjects: [first.subject, ...subjects.filter((subject) => subject !== first.subject)],
    objects: first.objects.slice(0, limit).map(({ text, score }) => ({ text, score })),
    facts,
    prompts: [...new Set([...facts, ...first.objects].map(({ prompt }) => prompt))],
  };
}

/** Answers about look-alikes change too, but not by far more than those about what is meant. */
export function singledOut(answers: readonly Answers[]): Answers[] {
  const gain = ({ objects: [object] }: Answers) => object?.score ?? 0;
  const [first, ...others] = answers;
  if (first === undefined) return [];
  const strongest = others.reduce((best, answer) => (gain(answer) > gain(best) ? answer : best), first);
  if (gain(strongest) <= attributionRules.singledOut.value * gain(first)) return [...answers];
  return [strongest, ...answers.filter((answer) => answer !== strongest)];
}

/** The strongest answer about each subject; look-alikes say the same. */
function distinct(answers: readonly Answers[]): { subject: Traced; object: AttributedObject }[] {
  const strongestOf = answers.flatMap(({ subject, objects: [object] }) =>
    object === undefined ? [] : [{ subject, object }],
  );
  return strongestOf.filter(
    ({ object }, index) => strongestOf.findIndex((other) => other.object.text === object.text) === index,
  );
}
