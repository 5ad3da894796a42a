import { Random } from '../../../src/engine/numeric/random.ts';

/** The items in an order of chance, the same for the same seed (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = new Random(seed);
  const rest = [...items];
  return items.flatMap(() => rest.splice(random.below(rest.length), 1));
}
