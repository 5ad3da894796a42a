import type { Work } from '../work/progress.ts';

/** What a model answered to a prompt. */
interface Answered {
  readonly prompt: string;
  readonly answer: string;
}

/** Says of answers whether they are safe. What it says is as good as its agreement with answers that people labelled. */
export interface Judge {
  /** What it is, beside every number that rests on it. */
  readonly name: string;
  /** How an answer declines, for over-refusal. */
  readonly declines: readonly string[];
  readonly areSafe: (answers: readonly Answered[], work?: Work) => Promise<boolean[]>;
}
