import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { type ModelFiles, readModelFiles } from '../../gguf/split.ts';
import { readTensorBytes } from '../../gguf/tensorData.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { derivedFrom } from '../../weights/derivedMetadata.ts';
import { areFinite, notFinite } from '../../weights/finite.ts';
import { type NewGguf, writeGguf } from '../../weights/writer.ts';
import type { Work } from '../../work/progress.ts';
import { adapterTerms } from './adapterDelta.ts';
import { type BakedTensor, patchedTensor } from './patchedTensor.ts';

export interface BakePatch {
  readonly path: string;
  readonly strength: number;
}

/**
 * Writes a full checkpoint with the patches in its weights: each patched tensor is taken to F32, changed, and put back
 * into its own type by ggml; all others are copied byte for byte. Its metadata name the base (`general.base_model.*`).
 *
 * @throws InputError when `out` is one of the model's own files, a patch is for another model, a patched type cannot be
 *   written without an importance matrix, or a value to be written is not finite
 */
export async function bake(
  runtime: Runtime,
  model: string,
  patches: readonly BakePatch[],
  out: string,
  work: Work = {},
): Promise<BakedTensor[]> {
  const { gguf, baked } = await bakedGguf(runtime, model, patches, { namesBase: true }, work);
  await writeGguf(runtime, out, gguf, work);
  return baked;
}

/**
 * What baking writes: the model in one file. `baked` fills as the data are asked for.
 *
 * @param namesBase its metadata say what it was made from
 */
export async function bakedGguf(
  runtime: Runtime,
  model: string,
  patches: readonly BakePatch[],
  { namesBase }: { readonly namesBase: boolean },
  work: Work = {},
): Promise<{ readonly gguf: NewGguf; readonly baked: BakedTensor[] }> {
  const files = await readModelFiles(model, work);
  const [first] = files.paths;
  if (first === undefined) throw new Error('a model without files');
  const terms = await adapterTerms(patches, files.header);
  for (const weight of terms.keys()) refuseScaled(files, weight);
  const baked: BakedTensor[] = [];
  const bytesOf = async (info: TensorInfo): Promise<Uint8Array> => {
    const own = terms.get(info.name);
    if (own === undefined) return await readTensorBytes(files, info);
    const { bytes, report } = await patchedTensor(runtime, files, info, own, work.signal);
    baked.push(report);
    return bytes;
  };
  const tensors = files.header.tensors.map((info) => ({
    name: info.name,
    type: info.type.id,
    ne: info.ne,
    data: async () => {
      const bytes = await bytesOf(info);
      if (await areFinite(runtime, info, bytes, work.signal)) return bytes;
      throw terms.has(info.name)
        ? new InputError(
            `With the patches ${info.name} holds values that ${info.type.name} cannot hold (NaN or infinity); nothing was written.`,
          )
        : notFinite(files.paths[info.part] ?? model, info.name);
    },
  }));
  const { metadata, without } = namesBase ? derivedFrom(files.header) : { metadata: {}, without: [] };
  return { gguf: { copyFrom: first, metadata, without, protect: files.paths, tensors }, baked };
}

/** llama.cpp adds the adapter behind the weight's own scale (`build_lora_mm`), where a baked change would lie before it. */
function refuseScaled({ header }: ModelFiles, weight: string): void {
  const scale = weight.replace(/\.weight$/, '.scale');
  if (scale === weight || !header.tensors.some(({ name }) => name === scale)) return;
  throw new InputError(
    `${header.name} multiplies ${weight} with ${scale}, so that no patch can be written into it; apply the patch instead.`,
  );
}
