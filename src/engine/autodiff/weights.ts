import type { TensorInfo } from '../../protocol/gguf.ts';
import type { ModelFiles } from '../gguf/split.ts';
import { f32, Graph, type Tensor } from '../llama/graph.ts';
import type { Devices, TensorBuffer } from '../llama/scheduler.ts';
import type { Work } from '../work/progress.ts';
import { throwIfAborted } from '../work/turn.ts';
import { copyBytes, q8_0Block } from './copyBytes.ts';
import { fastestBufferType } from './fastestBufferType.ts';
import { transposed } from './transpose.ts';

const f16 = 1;
const q8_0 = 8;

/**
 * Transposed copies of weights, through which gradients flow: d(W x)/dx is Wᵀ, and a product with a transposed copy is
 * several times faster than ggml's outer product on W. A copy is made the first time that it is asked for and serves
 * all later edits. It holds F32 weights as they are and all others in Q8_0 (F16 where rows do not divide into
 * blocks), read from the file, since the model's own may be laid out for this CPU and unreadable.
 */
export class TransposedWeights implements Disposable {
  readonly #devices: Devices;
  readonly #files: ModelFiles;
  readonly #tensors: ReadonlyMap<string, TensorInfo>;
  readonly #copies = new Map<string, { tensor: Tensor; graph: Graph; buffer: TensorBuffer }>();
  readonly #room: number;
  /** Those that are or will be copied. */
  readonly #chosen = new Set<string>();
  #promised = 0;
  #bytes = 0;

  /**
   * @param room bytes that copies may take: beyond that the backward pass reads the model's own weights, several times
   * slower, and only those that nothing but a product can read are copied
   */
  constructor(devices: Devices, files: ModelFiles, room = Number.POSITIVE_INFINITY) {
    this.#devices = devices;
    this.#room = room;
    this.#files = files;
    this.#tensors = new Map(files.header.tensors.map((info) => [info.name, info]));
  }

  /** Bytes of all copies. */
  get bytes(): number {
    return this.#bytes;
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  get(name: string): Tensor | undefined {
    return this.#copies.get(name)?.tensor;
  }

  /** Whether the backward pass is to have a copy of the model's `weight`; what is promised once stays so. */
  promises(name: string, weight: Tensor): boolean {
    const info = this.#tensors.get(name);
    if (info === undefined) return false;
    if (this.#chosen.has(name)) return true;
    const bytes = copyBytes(info);
    if (this.#promised + bytes > this.#room && this.#readable(weight)) return false;
    this.#chosen.add(name);
    this.#promised += bytes;
    return true;
  }

  /** Weights laid out for this CPU (AMX, repacked) are no longer rows of numbers. */
  #readable(weight: Tensor): boolean {
    const { runtime, backends } = this.#devices;
    using probe = new Graph(runtime, 2);
    const read = probe.cast(weight, f32);
    return backends.some(({ device }) => runtime.c.ggml_backend_dev_supports_op(device, read.pointer));
  }

  /** Makes the copies that are not there yet. */
  async prepare(names: readonly string[], work: Work = {}): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.#copies.has(name));
    for (const [index, name] of missing.entries()) {
      throwIfAborted(work.signal);
      work.report?.('transposing weights', index / missing.length);
      const info = this.#tensors.get(name);
      if (info === undefined) throw new Error(`${name} is not a tensor of the file`);
      await this.#copy(info, work.signal);
    }
  }

  async #copy(info: TensorInfo, signal: AbortSignal | undefined): Promise<void> {
    const { runtime } = this.#devices;
    const [columns = 1, rows = 1, experts = 1] = info.ne;
    const type = info.type.id === f32 ? f32 : rows % q8_0Block === 0 ? q8_0 : f16;
    const bytes = await transposed(this.#devices, this.#files, info, type, signal);
    const graph = new Graph(runtime, 2);
    const copy = graph.tensor(type, rows, columns, experts);
    const buffer = this.#devices.allocate(graph, fastestBufferType(this.#devices, type, copy.ne));
    runtime.c.ggml_backend_tensor_set(copy.pointer, bytes, 0, bytes.byteLength);
    this.#bytes += buffer.bytes;
    this.#copies.set(info.name, { tensor: copy, graph, buffer });
  }

  [Symbol.dispose](): void {
    for (const { buffer, graph } of this.#copies.values()) {
      buffer.dispose();
      graph.dispose();
    }
    this.#copies.clear();
  }
}
