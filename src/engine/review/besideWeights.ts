import type { Inventory } from '../../protocol/review.ts';
import type { Checkpoint } from '../safetensors/checkpoint.ts';
import type { Work } from '../work/progress.ts';
import { acrossForms } from './difference/across/acrossForms.ts';
import { betweenFolders, filesBeside } from './difference/folders.ts';
import { layoutChanges } from './difference/layout.ts';
import { metadataChanges } from './difference/metadata.ts';
import { ModelParts } from './difference/modelParts.ts';

/** In what two models differ beside the weights; what cannot be told where one is GGUF and the other safetensors. */
export interface Beside extends Pick<Inventory, 'metadata' | 'layout' | 'hidden'> {
  readonly unmeasured: readonly string[];
}

export async function besideWeights(
  base: Checkpoint,
  candidate: Checkpoint,
  work: Work = {},
): Promise<Beside> {
  const { signal } = work;
  const [ours, theirs] = [base.safetensors, candidate.safetensors];
  if (ours !== undefined && theirs !== undefined) {
    return { ...(await betweenFolders(ours, theirs, signal)), unmeasured: [] };
  }
  if (ours !== undefined) {
    return await acrossForms(candidate, { ...base, safetensors: ours }, true, await filesBeside(ours), {
      signal,
    });
  }
  if (theirs !== undefined) {
    return await acrossForms(base, { ...candidate, safetensors: theirs }, false, await filesBeside(theirs), {
      signal,
    });
  }
  await using baseParts = await ModelParts.open(base);
  await using candidateParts = await ModelParts.open(candidate);
  const metadata = await metadataChanges(baseParts, candidateParts, signal);
  const layout = await layoutChanges(baseParts, candidateParts, metadata.length === 0, signal);
  return { metadata, ...layout, unmeasured: [] };
}
