import { stat } from 'node:fs/promises';
import type { Baked } from '../../protocol/editing.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import { bake } from '../editing/bake.ts';
import { digestFile } from '../gguf/digest.ts';
import type { Work } from '../progress.ts';
import type { LoadedModel } from './loadedModel.ts';

/** Writes a checkpoint with the patches in its weights. Patches for another base are refused, as when applied. */
export async function bakeModel(
  loaded: LoadedModel,
  { patches, out }: EngineParams['bake'],
  work: Work,
): Promise<Baked> {
  const { model } = loaded;
  await loaded.adapters(patches, work);
  const tensors = await bake(model.runtime, model.path, patches, out, work);
  const { size } = await stat(out);
  return { model: model.path, out, digest: await digestFile(out, work), bytes: size, tensors };
}
