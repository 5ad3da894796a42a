import type { GgufHeader } from '../../protocol/gguf.ts';
import type { Info } from '../../protocol/model.ts';
import { knownDigest, rememberedDigest } from '../cache/knownDigest.ts';
import { editNeed } from '../editing/session/editMemory.ts';
import { architectureOf, numberOf, stringOf } from '../gguf/header.ts';
import { lineageOf } from '../gguf/lineage.ts';
import { unloadable } from '../gguf/llamaDemands/loadable.ts';
import { KEYS } from '../gguf/names.ts';
import { quantisation } from '../gguf/types.ts';
import { memoryNeed } from '../llama/memory.ts';
import { type Checkpoint, notRun, readCheckpoint, type Safetensors } from '../safetensors/checkpoint.ts';
import { readTemplates } from '../safetensors/tokenizer.ts';
import type { Work } from '../work/progress.ts';

/** What a model's header says of it. @throws InputError for a damaged file, or one that is no model */
export async function information(path: string, withDigest: boolean, work: Work): Promise<Info> {
  const files = await readCheckpoint(path, work);
  const { paths, header } = files;
  const { safetensors } = files;
  const problem = safetensors === undefined ? await unloadable(files, work) : notRun(files);
  const architecture = architectureOf(header);
  const number = (key: string) => numberOf(header, `${architecture}.${key}`) ?? null;
  const { parameters, bitsPerWeight, mix } = quantisation(storedTensors(files));
  return {
    path,
    files: [...paths],
    name: stringOf(header, KEYS.name) ?? null,
    architecture,
    digest: (withDigest ? await knownDigest(paths, work) : await rememberedDigest(paths, work)) ?? null,
    bytes: header.fileSize,
    parameters,
    layers: number('block_count') ?? 0,
    embedding: number('embedding_length'),
    feedForward: number('feed_forward_length'),
    vocabulary: vocabulary(header),
    contextLength: number('context_length'),
    bitsPerWeight,
    quantisation: [...mix],
    chatTemplate: (await chatTemplate(files)) ?? null,
    lineage: lineageOf(header),
    memory: memoryNeed(header),
    editMemory: editNeed(header),
    problem: problem ?? null,
    tensors: header.tensors.map(({ name, type, ne, byteLength }) => ({
      name,
      type: type.name,
      shape: [...ne],
      bytes: safetensors === undefined ? byteLength : storedBytes(safetensors, name),
    })),
  };
}

function vocabulary(header: GgufHeader): number | null {
  return header.tensors.find(({ name }) => name === 'token_embd.weight')?.ne[1] ?? null;
}

/** Of safetensors the stored numbers count, not those that they are handed on as. */
function storedTensors({ header, safetensors }: Checkpoint) {
  if (safetensors === undefined) return header.tensors;
  return safetensors.shards.tensors.map(({ dtype, elements, byteLength }) => ({
    type: { name: dtype.name.toLowerCase() },
    elements,
    byteLength,
  }));
}

function storedBytes({ recipes }: Safetensors, name: string): number {
  const parts = recipes.get(name)?.parts ?? [];
  return parts.reduce((sum, { stored }) => sum + stored.byteLength, 0);
}

async function chatTemplate({ header, safetensors }: Checkpoint): Promise<string | undefined> {
  if (safetensors === undefined) return stringOf(header, 'tokenizer.chat_template');
  return (await readTemplates(safetensors.shards.folder)).get('default');
}
