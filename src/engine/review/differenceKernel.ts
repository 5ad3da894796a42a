import { f32, Graph, i32, type Tensor } from '../llama/graph.ts';
import { Computation, type Devices, type TensorBuffer } from '../llama/scheduler.ts';
import { rowsFor } from './blocks.ts';
import { type Extremes, extremesOf } from './extremes.ts';

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
  /** ‖·‖² of the whole block. */
  readonly baseSquares: number;
  readonly squares: number;
  /** Dᵀ (D Ω) of the block, Ω as set before; empty where no sketch is made. Shape [k x columns]; overwritten by the next run. */
  readonly back: Float32Array;
}

/** What is computed of some rows of a block. */
interface Part {
  readonly difference: Tensor;
  readonly baseSquares: Tensor;
  readonly squares: Tensor;
  /** D Ω */
  readonly image: Tensor | undefined;
}

/** Elements whose values, as F32, stay in a processor's cache from one operation to the next. */
const partElements = 1 << 16;

/**
 * Subtracts two blocks of stored rows by ggml: both to F32, their difference, norms, and the products of a sketch, some
 * rows after the other. Made once for a shape and run block by block.
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
  readonly #parts: readonly Part[];
  readonly #back: Tensor | undefined;
  readonly #backInto: Float32Array;

  constructor(devices: Devices, shape: KernelShape) {
    const { columns, rows, width } = shape;
    const partRows = Math.min(rows, rowsFor(partElements, columns));
    const room = 16 * (1 + Math.ceil(rows / partRows));
    this.shape = shape;
    this.#devices = devices;
    const graph = new Graph(devices.runtime, 2 * room);
    this.#graph = graph;
    this.#base = graph.tensor(shape.base, columns, rows);
    this.#candidate = graph.tensor(shape.candidate, columns, rows);
    this.#directions = width > 0 ? graph.tensor(f32, columns, width) : undefined;
    const places = graph.tensor(i32, partRows);
    this.#inputs = devices.allocate(graph);
    const numbers = Int32Array.from({ length: partRows }, (_, row) => row);
    devices.runtime.c.ggml_backend_tensor_set(places.pointer, numbers, 0, numbers.byteLength);
    const parts: Part[] = [];
    const outputs: Tensor[] = [];
    for (let first = 0; first < rows; first += partRows) {
      const part = this.#part(places, first, Math.min(partRows, rows - first));
      parts.push(part);
      outputs.push(part.difference, part.baseSquares, part.squares);
      if (part.image === undefined) continue;
      const back = graph.outProd(part.difference, part.image);
      // named as outputs one by one, so that each part is done before the next is begun
      outputs.push(part.image, this.#back === undefined ? back : graph.add(this.#back, back));
      this.#back = outputs.at(-1);
    }
    this.#parts = parts;
    this.#computation = new Computation(devices, graph, outputs, room);
    this.#backInto = new Float32Array(columns * width);
  }

  #part(places: Tensor, first: number, count: number): Part {
    const graph = this.#graph;
    const { columns } = this.shape;
    // rows are looked up rather than cast: that is vectorised for every type
    const asFloat = (tensor: Tensor) => {
      const rows = graph.view(tensor, [columns, count, 1, 1], tensor.nb, first * tensor.nb[1]);
      if (tensor.type === f32) return rows;
      return graph.getRows(rows, graph.view(places, [count, 1, 1, 1], places.nb, 0));
    };
    const base = asFloat(this.#base);
    const difference = graph.sub(asFloat(this.#candidate), base);
    const squared = (tensor: Tensor) => {
      const flat = graph.reshape(tensor, [columns * count, 1, 1, 1]);
      return graph.mulMat(flat, flat);
    };
    return {
      difference,
      baseSquares: squared(base),
      squares: squared(difference),
      image: this.#directions === undefined ? undefined : graph.mulMat(this.#directions, difference),
    };
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
    const sum = (of: (part: Part) => Tensor) =>
      this.#parts.reduce((total, part) => total + (this.#get(of(part), new Float32Array(1))[0] ?? 0), 0);
    if (this.#back !== undefined) this.#get(this.#back, this.#backInto);
    return {
      baseSquares: sum((part) => part.baseSquares),
      squares: sum((part) => part.squares),
      back: this.#backInto,
    };
  }

  /** Of candidate - base, for the block that was run last. */
  extremes(): Extremes {
    const all = this.#parts.map(({ difference }) =>
      extremesOf(difference.ne[0] * difference.ne[1], (into) => this.#get(difference, into)),
    );
    return {
      max: Math.max(...all.map(({ max }) => max)),
      nonZero: all.reduce((sum, { nonZero }) => sum + nonZero, 0),
    };
  }

  /** D Ω of the block that was run last. Shape [rows x k] */
  image(): Float32Array {
    const { rows, width } = this.shape;
    const all = new Float32Array(rows * width);
    let at = 0;
    for (const { image } of this.#parts) {
      if (image === undefined) throw new Error('this kernel makes no sketch');
      this.#get(image, all.subarray(at, at + image.ne[0] * image.ne[1]));
      at += image.ne[0] * image.ne[1];
    }
    return all;
  }

  #set(tensor: Tensor, data: Float32Array | Uint8Array): void {
    this.#devices.runtime.c.ggml_backend_tensor_set(tensor.pointer, data, 0, data.byteLength);
  }

  #get(tensor: Tensor, into: Float32Array): Float32Array {
    this.#devices.runtime.c.ggml_backend_tensor_get(tensor.pointer, into, 0, into.byteLength);
    return into;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#inputs.dispose();
    this.#graph.dispose();
  }
}
