import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { readCheckpoint } from '../../safetensors/checkpoint.ts';
import type { Work } from '../../work/progress.ts';
import type { TensorPair } from '../difference/pairs.ts';
import { holdsWeights } from '../difference/tensorDiff.ts';
import { TensorFiles, type TensorSource, zeros } from '../difference/tensorFiles.ts';

/** A tensor, and what is subtracted from it: the same tensor of a base, or nothing. */
export interface OpenTensor extends AsyncDisposable {
  readonly pair: TensorPair;
  readonly source: TensorSource;
  readonly base: TensorSource;
}

/**
 * Opens a tensor by its name.
 *
 * @param base a model whose tensor is subtracted; undefined for none
 * @throws InputError where there is no such tensor, it holds no weights, or the base's has another shape
 */
export async function openTensor(
  model: string,
  name: string,
  base: string | undefined,
  work: Work,
): Promise<OpenTensor> {
  const own = await readCheckpoint(model, work);
  const tensor = tensorOf(own.header.tensors, name, model);
  const theirs = base === undefined ? undefined : await readCheckpoint(base, work);
  const before = theirs && base !== undefined ? tensorOf(theirs.header.tensors, name, base) : tensor;
  if (before.ne.join() !== tensor.ne.join()) {
    throw new InputError(
      `${name} has the shape ${tensor.ne.join(' × ')} in ${model}, and ${before.ne.join(' × ')} in ${base}.`,
    );
  }
  const source = await TensorFiles.open(own);
  const subtracted = theirs === undefined ? undefined : await TensorFiles.open(theirs);
  return {
    pair: { name, base: before, candidate: tensor },
    source,
    base: subtracted ?? zeros,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      await subtracted?.[Symbol.asyncDispose]();
    },
  };
}

function tensorOf(tensors: readonly TensorInfo[], name: string, model: string): TensorInfo {
  const found = tensors.find((tensor) => tensor.name === name);
  if (found === undefined) throw new InputError(`${model} has no tensor ${name}.`);
  if (!holdsWeights(found.type.name)) {
    throw new InputError(`${name} is stored as ${found.type.name}, which holds no weights.`);
  }
  return found;
}
