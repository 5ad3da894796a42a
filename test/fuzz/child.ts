import { HumanError, InputError } from '../../src/engine/errors.ts';
import { Exercise } from './exercise.ts';
import { writeSeeds } from './seeds.ts';

export type Order = { readonly seeds: true } | { readonly seed: number; readonly index: number };
export type Outcome = 'accepted' | 'refused' | 'engine error' | 'unexpected';
export type Answer =
  | { readonly ready: true }
  | { readonly began: string }
  | { readonly outcome: Outcome; readonly says: string };

/** The process that may end: writes the sound files, takes mutants by their numbers, and says of each how it went. */
export function serveMutants(folder: string): void {
  const say = (answer: Answer) => process.send?.(answer);
  let exercise: Exercise | undefined;
  process.on('message', async (order: Order) => {
    if ('seeds' in order) {
      await writeSeeds(folder);
      say({ ready: true });
      return;
    }
    exercise ??= new Exercise(folder);
    const { kind, name, run } = exercise.make(order.seed, order.index);
    say({ began: `${kind} ${name}` });
    try {
      await run();
      say({ outcome: 'accepted', says: '' });
    } catch (error) {
      say(told(error));
    }
  });
}

function told(error: unknown): Answer {
  if (error instanceof InputError) return { outcome: 'refused', says: error.message };
  if (error instanceof HumanError) return { outcome: 'engine error', says: error.message };
  return { outcome: 'unexpected', says: error instanceof Error ? String(error.stack) : String(error) };
}
