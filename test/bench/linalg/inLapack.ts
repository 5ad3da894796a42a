import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

const script = path.resolve('test/bench/linalg/lapack.py');

const InLapack = z.object({
  numpy: z.string(),
  /** Seconds of CPU. */
  times: z.array(z.object({ n: z.int(), dpotrf: z.number(), eigh: z.number().nullable() })),
});

/** What LAPACK takes for matrices of these sizes, in a process of its own. @param eigen the largest of which all eigenvectors are found */
export async function inLapack(
  python: string,
  asked: { readonly sizes: readonly number[]; readonly eigen: number },
  threads: number,
): Promise<z.infer<typeof InLapack>> {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: `${threads}`, MKL_NUM_THREADS: `${threads}` };
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'], env });
  child.stdin.end(JSON.stringify(asked));
  const [found, [code]] = await Promise.all([
    json(child.stdout).catch(() => undefined),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${python} ended with ${code}; it needs numpy and scipy.`);
  return InLapack.parse(found);
}
