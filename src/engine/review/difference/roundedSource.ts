import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { dequantise, quantise } from '../../weights/quantise.ts';
import type { TensorSource } from './tensorFiles.ts';

/** One tensor rounded to another type as it is read: what it would be if nothing but rounding had happened to it. */
export class RoundedSource implements TensorSource {
  readonly #runtime: Runtime;
  readonly #from: TensorSource;
  readonly #stored: TensorInfo;

  /** @param stored the tensor as it lies in `from` */
  constructor(runtime: Runtime, from: TensorSource, stored: TensorInfo) {
    this.#runtime = runtime;
    this.#from = from;
    this.#stored = stored;
  }

  /** @param tensor of the type to be rounded to; `start` and the length of `into` are whole rows of it */
  async read(tensor: TensorInfo, start: number, into: Uint8Array): Promise<void> {
    const columns = tensor.ne[0] ?? 1;
    const rowBytes = tensor.byteLength / (tensor.elements / columns);
    const storedRowBytes = this.#stored.byteLength / (tensor.elements / columns);
    const rows = into.length / rowBytes;
    const bytes = new Uint8Array(rows * storedRowBytes);
    await this.#from.read(this.#stored, (start / rowBytes) * storedRowBytes, bytes);
    const ne = [columns, rows];
    const values = dequantise(this.#runtime, this.#stored.type.id, bytes, ne);
    const { id } = tensor.type;
    into.set(id === 0 ? new Uint8Array(values.buffer) : quantise(this.#runtime, id, values, ne));
  }
}
