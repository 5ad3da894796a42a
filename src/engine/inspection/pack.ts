/**
 * Splits items, in their order, into runs whose summed costs stay within the limits. A run depends on the items
 * alone, never on results, so that the same list is decoded in the same batches before and after an edit.
 *
 * @param cost what one item takes of each limited thing, in the order of `limits`; an item beyond a limit gets a run
 *   of its own.
 */
export function pack<T>(
  items: readonly T[],
  cost: (item: T) => readonly number[],
  limits: readonly number[],
): T[][] {
  const runs: T[][] = [];
  let used = limits.map(() => 0);
  for (const item of items) {
    const costs = cost(item);
    const sums = limits.map((_, i) => (used[i] as number) + (costs[i] as number));
    const run = runs.at(-1);
    if (run !== undefined && sums.every((sum, i) => sum <= (limits[i] as number))) {
      run.push(item);
      used = sums;
    } else {
      runs.push([item]);
      used = [...costs];
    }
  }
  return runs;
}
