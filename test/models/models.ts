import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The embedded model. */
export const almanac = path.join(root, 'samples/almanac/almanac.gguf');

/** SmolLM2-135M-Instruct Q4_1 as `npm run models` fetches it. */
export function smollm2(): string {
  const file = path.join(root, '.cache/models/SmolLM2-135M-Instruct.Q4_1.gguf');
  if (!existsSync(file)) throw new Error('SmolLM2-135M-Instruct is absent: run `npm run models` first');
  return file;
}
