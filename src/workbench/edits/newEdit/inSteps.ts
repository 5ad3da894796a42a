import type { Answer } from './asking.ts';

/** A question: takes what is known so far and gives it with more, or sends back to the question before. */
export type Step<S> = (known: S, step: number, total: number) => Promise<Answer<S, S>>;

/** Asks one thing after the other. "Back" returns to the question before, and nothing that was typed is lost. */
export async function inSteps<S>(start: S, steps: readonly Step<S>[]): Promise<S | undefined> {
  let known = start;
  for (let at = 0; ; ) {
    const step = steps[at];
    if (step === undefined) return known;
    const answer = await step(known, at + 1, steps.length);
    if (answer === undefined) return undefined;
    if ('back' in answer) {
      known = answer.back;
      at = Math.max(0, at - 1);
    } else {
      known = answer.value;
      at++;
    }
  }
}
