import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { adapterTerms, addDelta } from '../../../src/engine/editing/patches/adapterDelta.ts';
import { type ModelFiles, readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { GGML_TYPES } from '../../../src/engine/gguf/types.ts';
import type { Runtime } from '../../../src/engine/llama/runtime.ts';
import { dequantise, quantise } from '../../../src/engine/weights/quantise.ts';
import { type NewValue, writeGguf } from '../../../src/engine/weights/writer.ts';
import type { TensorInfo } from '../../../src/protocol/gguf.ts';

/** Changes the values of a matrix in place. */
export type Change = (tensor: TensorInfo, values: Float32Array) => void;

export interface CheckpointOptions {
  /** ggml's name of the type of all matrices; where rows are no whole blocks of it they are stored as Q8_0. */
  readonly type: string;
  readonly patches?: readonly string[];
  /** By matrices' names; those that it returns undefined for are only rounded. */
  readonly change?: (name: string) => Change | undefined;
  readonly metadata?: Readonly<Record<string, NewValue>>;
}

/** Writes checkpoints of one model, changed and rounded in every way; unchanged tensors are copied from a rounded base. */
export class Checkpoints {
  readonly #runtime: Runtime;
  readonly #files: ModelFiles;
  readonly #folder: string;
  readonly #bases = new Map<string, Promise<string>>();

  private constructor(runtime: Runtime, files: ModelFiles, folder: string) {
    this.#runtime = runtime;
    this.#files = files;
    this.#folder = folder;
  }

  static async open(runtime: Runtime, model: string, folder: string): Promise<Checkpoints> {
    await mkdir(folder, { recursive: true });
    return new Checkpoints(runtime, await readModelFiles(model), folder);
  }

  /** The model rounded to `type`, written once. */
  base(type: string): Promise<string> {
    const known =
      this.#bases.get(type) ?? this.#write(path.join(this.#folder, `base-${type}.gguf`), { type });
    this.#bases.set(type, known);
    return known;
  }

  async write(options: CheckpointOptions): Promise<string> {
    const rounded = await readModelFiles(await this.base(options.type));
    return await this.#write(path.join(this.#folder, 'candidate.gguf'), options, rounded);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(
    out: string,
    { type, patches = [], change, metadata = {} }: CheckpointOptions,
    rounded?: ModelFiles,
  ): Promise<string> {
    const terms = await adapterTerms(
      patches.map((file) => ({ path: file, strength: 1 })),
      this.#files.header,
    );
    const tensors = this.#files.header.tensors.map((tensor) => {
      const stored = typeFor(tensor, type);
      const data = async () => {
        const patched = terms.get(tensor.name);
        const edit = tensor.ne.length > 1 ? change?.(tensor.name) : undefined;
        const same = rounded?.header.tensors.find(({ name }) => name === tensor.name);
        if (rounded !== undefined && same !== undefined && patched === undefined && edit === undefined) {
          return await readTensorBytes(rounded, same);
        }
        const bytes = await readTensorBytes(this.#files, tensor);
        const values = dequantise(this.#runtime, tensor.type.id, bytes, tensor.ne);
        if (patched !== undefined) {
          const [, rows = 1] = tensor.ne;
          await addDelta(this.#runtime, patched, { matrix: 0, first: 0, count: rows }, values);
        }
        edit?.(tensor, values);
        return stored === 0
          ? new Uint8Array(values.buffer)
          : quantise(this.#runtime, stored, values, tensor.ne);
      };
      return { name: tensor.name, type: stored, ne: tensor.ne, data };
    });
    await writeGguf(this.#runtime, out, { copyFrom: this.#files.paths[0] ?? '', metadata, tensors });
    return out;
  }
}

function typeFor({ ne, type }: TensorInfo, wanted: string): number {
  if (ne.length < 2) return type.id;
  const id = [...GGML_TYPES.values()].find(({ name }) => name === wanted)?.id ?? 0;
  const block = GGML_TYPES.get(id)?.blockSize ?? 1;
  return (ne[0] ?? 1) % block === 0 ? id : 8;
}
