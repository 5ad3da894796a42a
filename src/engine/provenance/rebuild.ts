import { bakedGguf } from '../editing/patches/bake.ts';
import { digestFile } from '../files/digest.ts';
import { openFile } from '../files/source.ts';
import { readHeader } from '../gguf/header.ts';
import { KEYS } from '../gguf/names.ts';
import { readModelFiles } from '../gguf/split.ts';
import { padded } from '../gguf/tensors.ts';
import { loadRuntime } from '../llama/runtime.ts';
import { isDerivedFrom } from '../weights/derivedMetadata.ts';
import { digestGguf } from '../weights/writer.ts';
import { phases, type Work } from '../work/progress.ts';

/**
 * Does the base with the patches, baked anew, give the candidate byte for byte? A candidate that was split into parts
 * is held against it joined, as parts say only how they belong together. One that does not name its base, as those of
 * 0.1.0, is held against a checkpoint that does not either.
 *
 * @throws InputError where a patch does not fit the base
 */
export async function rebuilds(
  base: string,
  patches: readonly string[],
  candidate: string,
  work: Work = {},
): Promise<boolean> {
  const runtime = await loadRuntime();
  const [baking, reading] = phases(work, [2, 1]);
  const { paths, header } = await readModelFiles(candidate);
  if (paths.length > 1 && !(await holdNothingElse(paths))) return false;
  const strengths = patches.map((patch) => ({ path: patch, strength: 1 }));
  const namesBase = isDerivedFrom(header, (await readModelFiles(base)).header);
  const { gguf } = await bakedGguf(runtime, base, strengths, { namesBase }, baking);
  const rebuilt = await digestGguf(runtime, gguf, baking);
  if (paths.length === 1) return rebuilt === (await digestFile(candidate, reading));
  const joined = await bakedGguf(runtime, candidate, [], { namesBase: false }, reading);
  return rebuilt === (await digestGguf(runtime, joined.gguf, reading));
}

/** Nothing lies in the parts but what joining takes over: no bytes after the tensors, no metadata of later parts. */
async function holdNothingElse(parts: readonly string[]): Promise<boolean> {
  for (const [index, part] of parts.entries()) {
    await using source = await openFile(part);
    const { metadata, tensors, dataOffset, alignment, fileSize } = await readHeader(source);
    const end = tensors.reduce(
      (last, { offset, byteLength }) => Math.max(last, offset + byteLength),
      dataOffset,
    );
    if (fileSize > padded(end, alignment)) return false;
    if (index > 0 && [...metadata.keys()].some((key) => !belongsToEveryPart(key))) return false;
  }
  return true;
}

const belongsToEveryPart = (key: string): boolean => key.startsWith('split.') || key === KEYS.alignment;
