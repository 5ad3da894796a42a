import type { GgufHeader, TensorInfo } from '../../../protocol/gguf.ts';
import { type ByteSource, openFile } from '../../files/source.ts';
import { type HeaderMap, mapHeader } from '../../gguf/headerMap.ts';
import { KEYS } from '../../gguf/names.ts';
import type { ModelFiles } from '../../gguf/split.ts';
import type { Work } from '../../work/progress.ts';

/** One file of a model, open, with the places of all that its header says. */
export interface ModelPart extends HeaderMap {
  readonly source: ByteSource;
  /** In the order of the file. */
  readonly tensors: readonly TensorInfo[];
  /** In bytes. */
  readonly alignment: number;
}

/** All files of a model, open for reading what lies beside its tensors. */
export class ModelParts implements AsyncDisposable {
  readonly header: GgufHeader;
  readonly parts: readonly ModelPart[];
  readonly #open: readonly AsyncDisposable[];

  private constructor(header: GgufHeader, parts: readonly ModelPart[], open: readonly AsyncDisposable[]) {
    this.header = header;
    this.parts = parts;
    this.#open = open;
  }

  static async open({ paths, header }: ModelFiles, work?: Work): Promise<ModelParts> {
    const open: AsyncDisposable[] = [];
    const parts: ModelPart[] = [];
    try {
      for (const [index, path] of paths.entries()) {
        const source = await openFile(path);
        open.push(source);
        const tensors = header.tensors.filter(({ part }) => part === index);
        const map = await mapHeader(source, work);
        parts.push({ source, tensors, alignment: alignmentOf(map), ...map });
      }
      return new ModelParts(header, parts, open);
    } catch (error) {
      await closeAll(open);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeAll(this.#open);
  }
}

/** ggml's alignment where a file does not say another. */
const usualAlignment = 32;

function alignmentOf({ values }: HeaderMap): number {
  const { value } = values.get(KEYS.alignment) ?? {};
  return value?.type === 'uint32' ? value.value : usualAlignment;
}

async function closeAll(open: readonly AsyncDisposable[]): Promise<void> {
  for (const source of open) await source[Symbol.asyncDispose]();
}
