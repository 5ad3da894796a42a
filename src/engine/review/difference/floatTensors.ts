import type { GgufHeader, TensorInfo } from '../../../protocol/gguf.ts';
import { type Factors, readFactors, type Term } from '../../editing/patches/adapterDelta.ts';
import { GGML_TYPES } from '../../gguf/types.ts';
import { f32, Graph, type Tensor } from '../../llama/graph.ts';
import type { Runtime } from '../../llama/runtime.ts';
import { Computation, Devices } from '../../llama/scheduler.ts';
import { dequantise } from '../../weights/quantise.ts';

/** Reads stored bytes of a tensor from `start` on. */
type ReadStored = (tensor: TensorInfo, start: number, into: Uint8Array) => Promise<void>;

/** Tensors that are read as F32, however they are stored, with what adapters add to them, computed by ggml. */
export class FloatTensors implements Disposable {
  /** The model's header, which says F32 for these tensors. */
  readonly header: GgufHeader;
  readonly #runtime: Runtime;
  readonly #devices: Devices;
  readonly #stored: ReadonlyMap<string, TensorInfo>;
  readonly #terms: ReadonlyMap<string, readonly Term[]>;

  /** @param terms what is added to each tensor, perhaps nothing; those without an entry are read as they are stored */
  constructor(runtime: Runtime, header: GgufHeader, terms: ReadonlyMap<string, readonly Term[]>) {
    const type = GGML_TYPES.get(f32);
    if (type === undefined) throw new Error('ggml has no F32');
    const tensors = header.tensors.map((tensor) =>
      terms.has(tensor.name) ? { ...tensor, type, byteLength: type.typeSize * tensor.elements } : tensor,
    );
    this.header = { ...header, tensors };
    this.#runtime = runtime;
    this.#devices = new Devices(runtime, 1);
    this.#stored = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
    this.#terms = terms;
  }

  has(name: string): boolean {
    return this.#terms.has(name);
  }

  /** Fills `into` with whole rows, from byte `start` of the F32 tensor on. */
  async read({ name }: TensorInfo, start: number, into: Uint8Array, readStored: ReadStored): Promise<void> {
    const stored = this.#stored.get(name);
    const terms = this.#terms.get(name);
    if (stored === undefined || terms === undefined) throw new Error(`${name} is read as it is stored`);
    const [columns = 1, height = 1] = stored.ne;
    const rowBytes = Float32Array.BYTES_PER_ELEMENT * columns;
    const storedRowBytes = stored.byteLength / (stored.elements / columns);
    const rows = into.byteLength / rowBytes;
    for (let done = 0; done < rows; ) {
      const at = start / rowBytes + done;
      const first = at % height;
      // rows of one expert's matrix at a time
      const block = { matrix: Math.floor(at / height), first, count: Math.min(rows - done, height - first) };
      const bytes = new Uint8Array(block.count * storedRowBytes);
      await readStored(stored, at * storedRowBytes, bytes);
      const weights = dequantise(this.#runtime, stored.type.id, bytes, [columns, block.count]);
      for (const term of terms) await this.#add(term, await readFactors(this.#runtime, term, block), weights);
      into.set(new Uint8Array(weights.buffer), done * rowBytes);
      done += block.count;
    }
  }

  /** Adds the product of the factors to `weights`. Shape [count x columns] */
  async #add({ scale, pair }: Term, { rows, directions }: Factors, weights: Float32Array): Promise<void> {
    const [columns] = pair.ne;
    const { rank } = pair;
    const count = weights.length / columns;
    const scaled = new Float32Array(count * rank);
    const joined = new Float32Array(rank * columns);
    for (const [r, direction] of directions.entries()) {
      joined.set(direction, r * columns);
      for (let row = 0; row < count; row++)
        scaled[r * count + row] = scale * (rows[row * rank + r] as number);
    }
    const room = 8;
    using graph = new Graph(this.#runtime, 2 * room);
    const sum = graph.tensor(f32, columns, count);
    const right = graph.tensor(f32, columns, rank);
    const left = graph.tensor(f32, count, rank);
    using _inputs = this.#devices.allocate(graph);
    const { c } = this.#runtime;
    const set = (tensor: Tensor, data: Float32Array) =>
      c.ggml_backend_tensor_set(tensor.pointer, data, 0, data.byteLength);
    set(sum, weights);
    set(right, joined);
    set(left, scaled);
    const result = graph.add(graph.outProd(right, left), sum);
    using computation = new Computation(this.#devices, graph, [result], room);
    await computation.run();
    c.ggml_backend_tensor_get(result.pointer, weights, 0, weights.byteLength);
  }

  [Symbol.dispose](): void {
    this.#devices[Symbol.dispose]();
  }
}
