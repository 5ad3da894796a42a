import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { layoutChanges } from '../../../src/engine/review/difference/layout.ts';
import { metadataChanges } from '../../../src/engine/review/difference/metadata.ts';
import { ModelParts } from '../../../src/engine/review/difference/modelParts.ts';
import { nothingEdited } from '../../../src/engine/review/verdict/found.ts';
import { judgeFile } from '../../../src/engine/review/verdict/judgeFile.ts';
import type { Inventory } from '../../../src/protocol/review.ts';

/** A model as its files' bytes, one for each part. */
export type Parts = readonly Uint8Array[];

/** What a review says of two models whose weights are equal, from all that lies beside their tensors. */
export async function besideWeights(folder: string, base: Parts, candidate: Parts) {
  await using ours = await opened(folder, 'base', base);
  await using theirs = await opened(folder, 'candidate', candidate);
  const metadata = await metadataChanges(ours, theirs);
  const layout = await layoutChanges(ours, theirs, metadata.length === 0);
  const inventory: Inventory = {
    ...{ metadata, ...layout },
    ...{ added: [], removed: [], reshaped: [], tensors: 7, equal: 7, retyped: 0 },
  };
  const weights = { verdict: 'identical', confidence: 'high', evidence: [], ...nothingEdited } as const;
  return { ...inventory, ...judgeFile(weights, inventory) };
}

async function opened(folder: string, name: string, parts: Parts): Promise<ModelParts> {
  const five = (n: number) => String(n).padStart(5, '0');
  const files = parts.map((_, index) =>
    parts.length === 1 ? `${name}.gguf` : `${name}-${five(index + 1)}-of-${five(parts.length)}.gguf`,
  );
  for (const [index, file] of files.entries()) {
    await writeFile(path.join(folder, file), parts[index] ?? new Uint8Array());
  }
  return await ModelParts.open(await readModelFiles(path.join(folder, files[0] ?? '')));
}
