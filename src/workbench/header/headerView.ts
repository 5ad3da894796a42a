import path from 'node:path';
import { patchIn } from '../../engine/editing/patches/readPatch.ts';
import { HumanError } from '../../engine/errors.ts';
import { patchInformation } from '../../engine/facade/patchInformation.ts';
import { numberOf, stringOf } from '../../engine/gguf/header.ts';
import { kindOf } from '../../engine/gguf/kind.ts';
import { lineageOf } from '../../engine/gguf/lineage.ts';
import { KEYS } from '../../engine/gguf/names.ts';
import type { ModelFiles } from '../../engine/gguf/split.ts';
import { quantisation } from '../../engine/gguf/types.ts';
import { memoryNeed } from '../../engine/llama/memory.ts';
import type { GgufHeader } from '../../protocol/gguf.ts';
import type { HeaderView, ModelFacts } from '../../protocol/headerPage.ts';
import { metadataRows } from './metadataRows.ts';
import { tensorColumns } from './tensorColumns.ts';

/**
 * What the editor shows of a header. One that can be read is shown even where its model or patch is unsound.
 *
 * @param problem why a model cannot be run
 */
export function headerView({ paths, header }: ModelFiles, problem: string | null = null): HeaderView {
  const kind = kindOf(header);
  const architecture = stringOf(header, KEYS.architecture) ?? null;
  const [first = header.name] = paths;
  return {
    title: stringOf(header, KEYS.name) ?? path.basename(first),
    files: paths.map((file) => path.basename(file)),
    bytes: header.fileSize,
    version: header.version,
    headerBytes: header.dataOffset,
    kind,
    architecture,
    ...quantisation(header.tensors),
    ...soundness(first, header, problem),
    model: kind === 'model' ? modelFacts(header, architecture ?? '') : null,
    lineage: lineageOf(header),
    templates: templates(header),
    metadata: metadataRows(header),
    tensors: tensorColumns(
      header.tensors.map(({ type, ne, ...info }) => ({ ...info, type: type.name, shape: ne })),
    ),
  };
}

/** What a patch says of itself, and why a model or a patch is none that llama.cpp could take. */
function soundness(
  file: string,
  header: GgufHeader,
  problem: string | null,
): Pick<HeaderView, 'patch' | 'problem'> {
  if (kindOf(header) !== 'adapter') return { patch: null, problem };
  try {
    return { patch: patchInformation(patchIn(file, header)), problem: null };
  } catch (error) {
    if (error instanceof HumanError) return { patch: null, problem: error.message };
    throw error;
  }
}

function modelFacts(header: GgufHeader, architecture: string): ModelFacts {
  const number = (key: string) => numberOf(header, `${architecture}.${key}`) ?? null;
  return {
    layers: number('block_count'),
    embedding: number('embedding_length'),
    vocabulary: header.tensors.find(({ name }) => name === 'token_embd.weight')?.ne[1] ?? null,
    contextLength: number('context_length'),
    memory: memoryNeed(header),
  };
}

/** The default chat template, and those for other uses (`tokenizer.chat_template.tool_use` and the like). */
function templates(header: GgufHeader): { name: string; text: string }[] {
  const prefix = 'tokenizer.chat_template';
  return [...header.metadata].flatMap(([key, value]) =>
    value.type === 'string' && (key === prefix || key.startsWith(`${prefix}.`))
      ? [{ name: key.slice(prefix.length + 1), text: value.value }]
      : [],
  );
}
