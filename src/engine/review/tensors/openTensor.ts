import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import {
  type Checkpoint,
  readCheckpoint,
  readStored,
  type StoredModel,
} from '../../safetensors/checkpoint.ts';
import { isSafetensors } from '../../safetensors/shards.ts';
import type { Work } from '../../work/progress.ts';
import { holdsWeights } from '../difference/tensorDiff.ts';
import { TensorFiles, type TensorSource } from '../difference/tensorFiles.ts';

/** A tensor of a model whose files are open. */
export interface OpenTensor extends AsyncDisposable {
  readonly model: string;
  readonly info: TensorInfo;
  readonly source: TensorSource;
}

/**
 * Opens a tensor by its name: in safetensors that of the file, as it is stored, or that which it has in GGUF, as the
 * converter would make it.
 *
 * @throws InputError where there is no such tensor, or it holds no weights
 */
export async function openTensor(model: string, name: string, work: Work): Promise<OpenTensor> {
  const checkpoint = await holding(model, name, work);
  const info = checkpoint.header.tensors.find((tensor) => tensor.name === name);
  if (info === undefined) throw new InputError(`${model} has no tensor ${name}.`);
  if (!holdsWeights(info.type.name)) {
    throw new InputError(`${name} is stored as ${info.type.name}, which holds no weights.`);
  }
  const source = await TensorFiles.open(checkpoint);
  return { model, info, source, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
}

async function holding(model: string, name: string, work: Work): Promise<Checkpoint | StoredModel> {
  if (!(await isSafetensors(model))) return await readCheckpoint(model, work);
  const stored = await readStored(model, work);
  return stored.safetensors.recipes.has(name) ? stored : await readCheckpoint(model, work);
}

/**
 * Under which name a tensor of a model is held against a base: one that is stored as safetensors goes by its name in
 * GGUF where the base is a GGUF file.
 */
export async function sharedName(model: string, name: string, base: string, work: Work): Promise<string> {
  if (!(await isSafetensors(model)) || (await isSafetensors(base))) return name;
  const { safetensors } = await readCheckpoint(model, work);
  const recipes = [...(safetensors?.recipes.values() ?? [])];
  const made = recipes.find(({ parts }) => parts.some(({ stored }) => stored.name === name));
  return made?.info.name ?? name;
}

/**
 * Opens the same tensor of a base.
 *
 * @throws InputError where there is none, it holds no weights, or it has another shape
 */
export async function openBase(base: string, own: OpenTensor, work: Work): Promise<OpenTensor> {
  const { name, ne } = own.info;
  const opened = await openTensor(base, name, work);
  const [shape, other] = [ne.join(' × '), opened.info.ne.join(' × ')];
  if (shape === other) return opened;
  await opened[Symbol.asyncDispose]();
  throw new InputError(`${name} has the shape ${shape} in ${own.model}, and ${other} in ${base}.`);
}
