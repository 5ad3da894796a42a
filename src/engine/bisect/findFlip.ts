import { InputError } from '../errors.ts';
import type { Answered } from './askStep.ts';
import type { Step } from './step.ts';

/** Two steps next to each other, of which the first has not flipped and the second has. */
export interface Flip {
  readonly before: Answered;
  readonly after: Answered;
  readonly asked: readonly Answered[];
}

/**
 * Finds where an answer flipped, by asking as few steps as it takes.
 *
 * @throws InputError where the first has flipped already, or the last has not
 */
export async function findFlip(
  steps: readonly Step[],
  ask: (step: Step) => Promise<Answered>,
): Promise<Flip> {
  const [oldest] = steps;
  const newest = steps.at(-1);
  if (oldest === undefined || newest === undefined || oldest === newest) {
    throw new InputError('There is one revision alone, so nothing can have come in.');
  }
  let after = await ask(newest);
  if (!after.flipped)
    throw new InputError(
      `${newest.name} answers ${JSON.stringify(after.text)}, so nothing flipped up to it.`,
    );
  let before = await ask(oldest);
  if (before.flipped)
    throw new InputError(`${oldest.name}, the oldest, answers ${JSON.stringify(before.text)} already.`);
  const asked = [before, after];
  let [low, high] = [0, steps.length - 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const answered = await ask(steps[middle] as Step);
    asked.push(answered);
    if (answered.flipped) [high, after] = [middle, answered];
    else [low, before] = [middle, answered];
  }
  return { before, after, asked };
}

/** How many of so many steps are asked at most. */
export const maxAsked = (steps: number): number =>
  Math.min(steps, 2 + Math.ceil(Math.log2(Math.max(1, steps - 1))));
