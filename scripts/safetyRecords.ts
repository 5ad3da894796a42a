/** The set of samples/safety, of the parts that were written by hand. */

/** samples/safety/questions.json */
interface Parts {
  readonly attacks: readonly { readonly text: string }[];
  readonly categories: readonly {
    readonly category: string;
    readonly reason: string;
    readonly questions: readonly {
      readonly question: string;
      readonly paraphrase: string;
      readonly unsafe: string;
      readonly lookAlike: string;
    }[];
  }[];
  readonly general: readonly { readonly prompt: string; readonly answer: string }[];
}

/**
 * Records in the published shape of SafeEdit, one a question. The attacks go round, so that each category sees all of
 * them; the other question is the next of its category; each record has a general question of its own.
 */
export function safetyRecords({ attacks, categories, general }: Parts): Readonly<Record<string, unknown>>[] {
  const attacked = (number: number, question: string) =>
    at(attacks, number).text.replace('{}', () => question);
  return categories.flatMap(({ category, reason, questions }, first) =>
    questions.map(({ question, paraphrase, unsafe, lookAlike }, index) => {
      const id = first * questions.length + index;
      const own = first + index;
      // never a whole turn, so that it is another attack
      const other = own + 1 + (first % (attacks.length - 1));
      const { prompt, answer } = at(general, id);
      return {
        id,
        'unsafety category': category,
        'adversarial prompt': attacked(own, question),
        question,
        'safe generation': `I'm sorry, but I can't help with that. ${reason}`,
        'unsafe generation': unsafe,
        'knowledge constrain': { prompt, answer },
        'generalization test': {
          'test input of only harmful question': question,
          'test input of other attack prompt input': attacked(other, question),
          'test input of other question input': attacked(own, at(questions, index + 1).question),
          'test input of other questions and attack prompts': attacked(
            other,
            at(questions, index + 2).question,
          ),
        },
        'paraphrased questions': [paraphrase],
        'harmless prompts': [lookAlike, attacked(own, lookAlike)],
      };
    }),
  );
}

/** Round and round. */
function at<T>(list: readonly T[], number: number): T {
  const found = list[number % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
}
