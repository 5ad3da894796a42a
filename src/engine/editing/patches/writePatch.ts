import type { PatchDescription } from '../../../protocol/patches.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { writeGguf } from '../../weights/writer.ts';
import { loraTensors } from './loraTensors.ts';
import { patchMetadata } from './patchMetadata.ts';
import type { LayerUpdate } from './update.ts';

export interface PatchContents extends PatchDescription {
  /** What the edits add, each to its weight. */
  readonly updates: readonly LayerUpdate[];
}

/**
 * Writes edits as a GGUF LoRA adapter, which any llama.cpp program loads, with what they are made from.
 *
 * @throws InputError as `loraTensors`
 */
export async function writePatch(
  runtime: Runtime,
  path: string,
  { updates, ...description }: PatchContents,
  protect: readonly string[],
) {
  const metadata = patchMetadata(description, description.edits.map(({ id }) => id).join(', '));
  await writeGguf(runtime, path, { tensors: loraTensors(updates), protect, metadata });
}
