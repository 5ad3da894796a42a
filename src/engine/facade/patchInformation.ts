import type { PatchInfo } from '../../protocol/patches.ts';
import type { PatchFile } from '../editing/patches/readPatch.ts';

/** What a patch file holds, as it crosses to others. */
export function patchInformation(patch: PatchFile): PatchInfo {
  const { path, header, architecture, tensors, alpha, description, warnings } = patch;
  return {
    path,
    bytes: header.fileSize,
    architecture: architecture ?? null,
    alpha,
    tensors: [...tensors],
    description: description ?? null,
    warnings: [...warnings],
  };
}
