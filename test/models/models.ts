import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** The embedded model. */
export const almanac = path.join(root, 'samples/almanac/almanac.gguf');

const smollm2File = path.join(root, '.cache/models/SmolLM2-135M-Instruct.Q4_1.gguf');

/** Are tests on SmolLM2 to be run? Where it is absent they are skipped, but under CI=true they fail for it. */
export const withSmollm2 = existsSync(smollm2File) || process.env['CI'] === 'true';

/** SmolLM2-135M-Instruct Q4_1 as `npm run fetch:models` fetches it. */
export function smollm2(): string {
  if (!existsSync(smollm2File))
    throw new Error('SmolLM2-135M-Instruct is absent: run `npm run fetch:models` first');
  return smollm2File;
}
