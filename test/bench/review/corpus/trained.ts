import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Runtime } from '../../../../src/engine/llama/runtime.ts';
import { dequantise } from '../../../../src/engine/weights/quantise.ts';
import type { Change } from '../checkpoint.ts';

const Written = z.object({
  tensors: z.array(z.object({ name: z.string(), shape: z.array(z.int()), offset: z.int() })),
});

/** ggml's number of F16. */
const f16 = 1;

/** The recipes of `train.py` that were made in `folder`. */
export function recipesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => path.basename(file, '.json'))
    .sort();
}

/** What `train.py` made of one recipe: a change for each matrix that it touched, read when it is needed. */
export function trained(
  runtime: Runtime,
  folder: string,
  recipe: string,
): (name: string) => Change | undefined {
  const { tensors } = Written.parse(JSON.parse(readFileSync(path.join(folder, `${recipe}.json`), 'utf8')));
  const places = new Map(tensors.map(({ name, offset }) => [name, offset]));
  return (name) => {
    const offset = places.get(name);
    if (offset === undefined) return undefined;
    return ({ ne }, values) => {
      const bytes = readAt(path.join(folder, `${recipe}.f16`), offset, 2 * values.length);
      const change = dequantise(runtime, f16, bytes, ne);
      for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) + (change[i] as number);
    };
  };
}

function readAt(file: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, bytes, 0, length, offset);
    if (read < length) throw new Error(`${file} ends early`);
    return bytes;
  } finally {
    closeSync(handle);
  }
}
