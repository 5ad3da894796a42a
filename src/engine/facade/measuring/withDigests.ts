import type { MeasuredState } from '../../../protocol/measuredState.ts';
import type { AppliedPatch } from '../../../protocol/model.ts';
import { adapterDigest } from '../../gguf/adapterDigest.ts';
import type { Work } from '../../work/progress.ts';

/** Patches as a measurement names them. */
export async function withDigests(
  patches: readonly AppliedPatch[],
  work: Work,
): Promise<MeasuredState['patches']> {
  const all: MeasuredState['patches'] = [];
  for (const { path, strength } of patches) {
    all.push({ path, digest: await adapterDigest(path, work), strength });
  }
  return all;
}
