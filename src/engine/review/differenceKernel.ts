import { f32, Graph, i32, type Tensor } from '../llama/graph.ts';
import { Computation, type Devices, type TensorBuffer } from '../llama/scheduler.ts';

export interface KernelShape {
  /** ggml's numbers of the two types. */
  readonly base: number;
  readonly candidate: number;
  readonly columns: number;
  /** Rows that are taken together. */
  readonly rows: number;
  /** Directions that the sketch looks along; 0 for none. */
  readonly width: number;
}

/** What one block of rows shows. */
export interface BlockDifference {
  /** candidate - base. Shape [rows x columns]; overwritten by the next run. */
  readonly difference: Float32Array;
  /** ‖·‖² of the whole block. */
  readonly baseSquares: number;
  readonly squares: number;
  /** (D Ω) and Dᵀ (D Ω) of the block, Ω as set before; undefined where no sketch is made. Shapes [rows x k], [k x columns]. */
  readonly sketch: { readonly image: Float32Array; readonly back: Float32Array } | undefined;
}

/**
 * Subtracts two blocks of stored rows by ggml: both to F32, their difference, norms, and the products of a sketch. Made once for a shape and run block by block.
 */
export class DifferenceKernel implements Disposable {
  readonly shape: KernelShape;
  readonly #devices: Devices;
  readonly #graph: Graph;
  readonly #inputs: TensorBuffer;
  readonly #computation: Computation;
  readonly #base: Tensor;
  readonly #candidate: Tensor;
  readonly #directions: Tensor | undefined;
  readonly #outputs: readonly { readonly tensor: Tensor; readonly into: Float32Array }[];

  constructor(devices: Devices, shape: KernelShape) {
    const { columns, rows, width } = shape;
    this.shape = shape;
    this.#devices = devices;
    const graph = new Graph(devices.runtime, 32);
    this.#graph = graph;
    this.#base = graph.tensor(shape.base, columns, rows);
    this.#candidate = graph.tensor(shape.candidate, columns, rows);
    this.#directions = width > 0 ? graph.tensor(f32, columns, width) : undefined;
    const places = graph.tensor(i32, rows);
    this.#inputs = devices.allocate(graph);
    const numbers = Int32Array.from({ length: rows }, (_, row) => row);
    devices.runtime.c.ggml_backend_tensor_set(places.pointer, numbers, 0, numbers.byteLength);
    // rows are looked up rather than cast: that is vectorised for every type
    const asFloat = (tensor: Tensor) => (tensor.type === f32 ? tensor : graph.getRows(tensor, places));
    const base = asFloat(this.#base);
    const difference = graph.sub(asFloat(this.#candidate), base);
    const squared = (tensor: Tensor) => {
      const flat = graph.reshape(tensor, [columns * rows, 1, 1, 1]);
      return graph.mulMat(flat, flat);
    };
    const outputs = [difference, squared(base), squared(difference)];
    if (this.#directions !== undefined) {
      const image = graph.mulMat(this.#directions, difference);
      outputs.push(image, graph.outProd(difference, image));
    }
    this.#computation = new Computation(devices, graph, outputs, 64);
    this.#outputs = outputs.map((tensor) => ({
      tensor,
      into: new Float32Array(tensor.ne[0] * tensor.ne[1]),
    }));
  }

  /** @param directions Ω by columns. Shape [k x columns] */
  setDirections(directions: Float32Array): void {
    if (this.#directions === undefined) throw new Error('this kernel makes no sketch');
    this.#set(this.#directions, directions);
  }

  /** @param base, candidate the stored bytes of `rows` rows */
  async run(base: Uint8Array, candidate: Uint8Array, signal?: AbortSignal): Promise<BlockDifference> {
    this.#set(this.#base, base);
    this.#set(this.#candidate, candidate);
    await this.#computation.run(signal);
    const { c } = this.#devices.runtime;
    for (const { tensor, into } of this.#outputs) {
      c.ggml_backend_tensor_get(tensor.pointer, into, 0, into.byteLength);
    }
    const [difference, [baseSquares] = [], [squares] = [], image, back] = this.#outputs.map(
      ({ into }) => into,
    );
    if (difference === undefined || baseSquares === undefined || squares === undefined)
      throw new Error('no outputs');
    const sketch = image === undefined || back === undefined ? undefined : { image, back };
    return { difference, baseSquares, squares, sketch };
  }

  #set(tensor: Tensor, data: Float32Array | Uint8Array): void {
    this.#devices.runtime.c.ggml_backend_tensor_set(tensor.pointer, data, 0, data.byteLength);
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#inputs.dispose();
    this.#graph.dispose();
  }
}
