/** The middle of the values; the mean of the two in the middle where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  return (low + high) / 2;
}

/** Milliseconds that `work` takes, with what it gives. */
export async function timed<T>(work: () => Promise<T> | T): Promise<{ milliseconds: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - started, result };
}

/** Milliseconds of each of `times` runs, after one that is not counted. */
export async function repeated(times: number, work: () => Promise<unknown> | unknown): Promise<number[]> {
  await work();
  const taken: number[] = [];
  for (let i = 0; i < times; i++) taken.push((await timed(work)).milliseconds);
  return taken;
}
