import { type FileHandle, open } from 'node:fs/promises';
import type { TensorInfo } from '../../../protocol/gguf.ts';
import { InputError } from '../../errors.ts';
import { fileError } from '../../files/fileErrors.ts';
import { type PartialFile, partialFile } from '../../files/partialFiles.ts';
import { readInPieces, regularFile } from '../../files/source.ts';
import type { Checkpoint, StoredModel } from '../../safetensors/checkpoint.ts';
import { readMapped } from '../../safetensors/readMapped.ts';
import type { FloatTensors } from './floatTensors.ts';

/** A file that is open, and how it was when its header was read. */
interface Part {
  readonly path: string;
  readonly handle: FileHandle;
  readonly stamp: string;
  /** Where its bytes may still have to be fetched. */
  readonly partial: PartialFile | undefined;
}

/** Where a tensor's bytes lie. */
type Stored = Pick<TensorInfo, 'name' | 'part' | 'offset' | 'byteLength'>;

/** Where the stored bytes of tensors come from. */
export interface TensorSource {
  /** Fills `into` with the tensor's bytes from `start` on. */
  read(tensor: TensorInfo, start: number, into: Uint8Array): Promise<void>;
}

/** Tensors of nothing but zeros, whatever their type: what is held against them is shown as it is. */
export const zeros: TensorSource = { read: async (_, __, into) => void into.fill(0) };

/** A model as it is compared: some of its tensors may be read otherwise than they are stored. */
export interface Compared extends Checkpoint {
  readonly floats?: FloatTensors;
}

/** The files of a model, held open so that tensors are read by position into buffers of the caller's. */
export class TensorFiles implements TensorSource, AsyncDisposable {
  readonly header: Checkpoint['header'];
  readonly #checkpoint: Compared | StoredModel;
  readonly #parts: readonly Part[];

  private constructor(checkpoint: Compared | StoredModel, parts: readonly Part[]) {
    this.header = checkpoint.header;
    this.#checkpoint = checkpoint;
    this.#parts = parts;
  }

  static async open(checkpoint: Compared | StoredModel): Promise<TensorFiles> {
    const parts: Part[] = [];
    for (const path of checkpoint.paths) {
      try {
        const stamp = await stampOf(path);
        parts.push({ path, handle: await open(path, 'r'), stamp, partial: partialFile(path) });
      } catch (error) {
        for (const { handle } of parts) await handle.close();
        throw fileError(path, error);
      }
    }
    return new TensorFiles(checkpoint, parts);
  }

  /**
   * Fills `into` with the tensor's bytes from `start` on.
   *
   * @throws InputError when the file ends early: it changed after its header was read
   */
  async read(tensor: TensorInfo, start: number, into: Uint8Array): Promise<void> {
    const { safetensors } = this.#checkpoint;
    const floats = 'floats' in this.#checkpoint ? this.#checkpoint.floats : undefined;
    const readStored = (stored: Stored, from: number, bytes: Uint8Array) =>
      this.#readStored(stored, from, bytes);
    if (floats?.has(tensor.name) === true) {
      await floats.read(tensor, start, into, readStored);
      return;
    }
    if (safetensors === undefined) {
      await readStored(tensor, start, into);
      return;
    }
    const recipe = safetensors.recipes.get(tensor.name);
    if (recipe === undefined) throw new Error(`${tensor.name} is made of nothing`);
    await readMapped(recipe, start, into, readStored);
  }

  async #readStored(tensor: Stored, start: number, into: Uint8Array): Promise<void> {
    const part = this.#parts[tensor.part];
    if (part === undefined) throw new Error(`${tensor.name} lies in part ${tensor.part}, which is not there`);
    const { offset, byteLength } = tensor;
    await part.partial?.need(offset + start, into.length, offset + byteLength);
    const done = await readInPieces(part.handle, into, offset + start);
    if (done < into.length) throw changed(part.path);
  }

  /** @throws InputError when a file is not as it was when it was opened */
  async expectUnchanged(): Promise<void> {
    for (const { path, stamp } of this.#parts) {
      if ((await stampOf(path)) !== stamp) throw changed(path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { handle } of this.#parts) await handle.close();
  }
}

function changed(path: string): InputError {
  return new InputError(`${path} changed while it was read; review it again when nothing writes to it.`);
}

/** What is fetched meanwhile changes a file's time, but not what it stands for. */
async function stampOf(path: string): Promise<string> {
  const partial = partialFile(path);
  if (partial !== undefined) return partial.identity;
  const { size, mtimeMs, ino } = await regularFile(path);
  return `${size} ${mtimeMs} ${ino}`;
}
