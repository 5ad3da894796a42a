import type { PatchInfo } from '../../protocol/editing.ts';
import { readPatch } from '../editing/readPatch.ts';

/** What a patch file holds. @throws InputError for a file that is no LoRA adapter */
export async function patchInformation(path: string): Promise<PatchInfo> {
  const { header, architecture, tensors, alpha, description } = await readPatch(path);
  return {
    path,
    bytes: header.fileSize,
    architecture: architecture ?? null,
    alpha: alpha ?? null,
    tensors: [...tensors],
    description:
      description === undefined
        ? null
        : {
            ...description,
            edits: [...description.edits],
            hyperparameters: { ...description.hyperparameters },
          },
  };
}
