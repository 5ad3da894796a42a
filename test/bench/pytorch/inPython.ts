import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { Edit } from '../../../src/protocol/edits.ts';

const script = path.resolve('test/bench/pytorch/rome.py');

const Said = z.object({
  /** Mean NLL per token of the new and of the true target, a pair a prompt. */
  efficacy: z.array(z.tuple([z.number(), z.number()])),
  paraphrase: z.array(z.tuple([z.number(), z.number()])),
  neighbourhood: z.array(z.tuple([z.number(), z.number()])),
  text: z.string(),
});
const InPython = z.object({
  torch: z.string(),
  transformers: z.string(),
  /** In seconds. */
  loading: z.number(),
  covariance: z.number(),
  runs: z.array(
    z.object({
      /** Rewriting prompts. */
      templates: z.int(),
      /** Of the whole process until then, in bytes. */
      peakMemory: z.number(),
      edits: z.array(z.object({ id: z.string(), seconds: z.number(), before: Said, after: Said })),
    }),
  ),
});
type InPython = z.infer<typeof InPython>;
export type RunInPython = InPython['runs'][number];

/** What `rome.py` is asked; it says there what each means. */
interface Asked {
  readonly model: string;
  readonly threads: number;
  readonly layer: number;
  readonly method: 'rome' | 'r-rome';
  readonly templates: readonly (readonly (readonly [number, number])[])[];
  readonly samples: number;
  readonly edits: readonly Edit[];
  readonly tokens: readonly (readonly [string, readonly number[]])[];
}

/** Edits in PyTorch, in a process of its own. */
export async function inPython(python: string, asked: Asked): Promise<InPython> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(asked));
  const [found, [code]] = await Promise.all([
    json(child.stdout).catch(() => undefined),
    once(child, 'close'),
  ]);
  if (code !== 0) {
    throw new Error(`${python} ended with ${code}; it needs torch, transformers, accelerate and gguf.`);
  }
  return InPython.parse(found);
}
