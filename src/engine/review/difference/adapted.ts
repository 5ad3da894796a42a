import { adapterTerms } from '../../editing/patches/adapterDelta.ts';
import { InputError } from '../../errors.ts';
import { openFile } from '../../files/source.ts';
import { readHeader } from '../../gguf/header.ts';
import type { Runtime } from '../../llama/runtime.ts';
import type { Checkpoint } from '../../safetensors/checkpoint.ts';
import { FloatTensors } from './floatTensors.ts';
import type { Compared } from './tensorFiles.ts';

/** A base and what an adapter would make of it, which nobody has to write: where it changes weights both are F32. */
export interface Adapted extends Disposable {
  /** The adapter's file. */
  readonly path: string;
  readonly base: Compared;
  readonly candidate: Compared;
  /** The type in which the base stores a tensor, by ggml's name. */
  readonly typeOf: (tensor: string) => string | undefined;
}

/**
 * An adapter on its base, to be compared with the base as any checkpoint is. Nothing of the difference is rounding.
 *
 * @throws InputError where the adapter is damaged or was made for another model, or the base is no GGUF file
 */
export async function adaptedBase(runtime: Runtime, base: Checkpoint, path: string): Promise<Adapted> {
  const { header, paths, safetensors } = base;
  if (safetensors !== undefined) {
    throw new InputError(
      `${path} is an adapter in GGUF, and ${header.name} is stored as safetensors; name its base as a GGUF file.`,
    );
  }
  const terms = await adapterTerms([{ path, strength: 1 }], header);
  await using source = await openFile(path);
  const { fileSize } = await readHeader(source);
  const before = new FloatTensors(runtime, header, new Map([...terms.keys()].map((name) => [name, []])));
  const after = new FloatTensors(runtime, { ...header, name: path, fileSize }, terms);
  const types = new Map(header.tensors.map(({ name, type }) => [name, type.name]));
  return {
    path,
    base: { paths, header: before.header, floats: before },
    candidate: { paths, header: after.header, floats: after },
    typeOf: (tensor) => types.get(tensor),
    [Symbol.dispose]: () => {
      before[Symbol.dispose]();
      after[Symbol.dispose]();
    },
  };
}
