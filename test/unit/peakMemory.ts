import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');

/** The most that lives at once during `work`, in bytes, as far as `sample` is called; garbage does not count. */
export async function peakOf(work: (sample: () => Promise<void>) => Promise<unknown>): Promise<number> {
  const before = await used();
  let peak = 0;
  await work(async () => {
    peak = Math.max(peak, (await used()) - before);
  });
  return peak;
}

async function used(): Promise<number> {
  if (typeof collectGarbage !== 'function') throw new Error('this Node cannot collect garbage on demand');
  collectGarbage();
  await setImmediate(); // the memory of buffers is given back after the collection
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
