import { copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './places.ts';

/** A scratch folder with the embedded model and its edits, as a person would open it. Whoever makes it removes it. */
export async function sampleWorkspace(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-sample-'));
  for (const file of ['almanac.gguf', 'almanac.edits.json']) {
    await copyFile(path.join(root, 'samples/almanac', file), path.join(folder, file));
  }
  return folder;
}
