import type { GgufHeader } from '../../protocol/gguf.ts';
import type { Info } from '../../protocol/model.ts';
import { numberOf, stringOf } from '../gguf/header.ts';
import { knownDigest } from '../gguf/knownDigest.ts';
import { unloadable } from '../gguf/llamaDemands/loadable.ts';
import { readModelFiles } from '../gguf/split.ts';
import { quantisation } from '../gguf/types.ts';
import { memoryNeed } from '../llama/memory.ts';
import type { Work } from '../progress.ts';

/** What a model's header says of it. @throws InputError for a damaged file, or one that is no model */
export async function information(path: string, withDigest: boolean, work: Work): Promise<Info> {
  const files = await readModelFiles(path, work);
  const { paths, header } = files;
  const problem = (await unloadable(files, work)) ?? null;
  const architecture = stringOf(header, 'general.architecture') ?? '';
  const number = (key: string) => numberOf(header, `${architecture}.${key}`) ?? null;
  const { parameters, bitsPerWeight, mix } = quantisation(header.tensors);
  return {
    path,
    files: [...paths],
    name: stringOf(header, 'general.name') ?? null,
    architecture,
    digest: withDigest ? await knownDigest(paths, work) : null,
    bytes: header.fileSize,
    parameters,
    layers: number('block_count') ?? 0,
    embedding: number('embedding_length'),
    feedForward: number('feed_forward_length'),
    vocabulary: vocabulary(header),
    contextLength: number('context_length'),
    bitsPerWeight,
    quantisation: [...mix],
    chatTemplate: stringOf(header, 'tokenizer.chat_template') ?? null,
    memory: memoryNeed(header),
    problem,
    tensors: header.tensors.map(({ name, type, ne, byteLength }) => ({
      name,
      type: type.name,
      shape: [...ne],
      bytes: byteLength,
    })),
  };
}

function vocabulary(header: GgufHeader): number | null {
  return header.tensors.find(({ name }) => name === 'token_embd.weight')?.ne[1] ?? null;
}
