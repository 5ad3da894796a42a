import { copyFile, open } from 'node:fs/promises';
import { InputError } from '../../engine/errors.ts';
import { writeAtomically } from '../../engine/files/atomicWrite.ts';
import { type ModelFiles, readModelFiles } from '../../engine/gguf/split.ts';
import { readTensorBytes } from '../../engine/gguf/tensorData.ts';

/**
 * Writes the sample's candidate: the model, with the tensors of another GGUF file in the place of its own. Twelve of
 * thirteen megabytes are the model's, so the extension carries the rest alone.
 */
export async function writeCandidate(model: string, tensors: string, out: string): Promise<void> {
  const [base, changed] = [await readModelFiles(model), await readModelFiles(tensors)];
  await writeAtomically(
    out,
    async (temporary) => {
      await copyFile(model, temporary);
      await using file = await open(temporary, 'r+');
      for (const { offset, bytes } of await replacements(base, changed)) {
        await file.write(bytes, 0, bytes.length, offset);
      }
    },
    { protect: base.paths },
  );
}

async function replacements(base: ModelFiles, changed: ModelFiles) {
  return await Promise.all(
    changed.header.tensors.map(async (tensor) => {
      const own = base.header.tensors.find(({ name }) => name === tensor.name);
      if (own === undefined || own.type.id !== tensor.type.id || own.byteLength !== tensor.byteLength) {
        throw new InputError(`${base.header.name} has no ${tensor.name} of this type and shape.`);
      }
      return { offset: own.offset, bytes: await readTensorBytes(changed, tensor) };
    }),
  );
}
