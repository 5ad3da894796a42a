import { f32, Graph, i32, type Tensor } from '../../llama/graph.ts';
import { Computation, type Devices, type TensorBuffer } from '../../llama/scheduler.ts';
import { type KernelShape, segmentOf } from './blocks.ts';
import { collision, type Inputs, type Part, partRowsOf, partsOf } from './differenceGraph.ts';
import { type Extremes, extremesOf } from './extremes.ts';

/** What one block of rows shows. */
export interface BlockDifference {
  /** ‖·‖² of each segment, row after row. Shape [rows x segments of a row]; overwritten by the next run. */
  readonly baseSquares: Float32Array;
  readonly squares: Float32Array;
  /** Dᵀ (D Ω) of the block, Ω as set before; empty where no sketch is made. Shape [k x columns]; overwritten by the next run. */
  readonly back: Float32Array;
}

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
  readonly #tensors: Inputs;
  readonly #parts: readonly Part[];
  readonly #backInto: Float32Array;
  readonly #squaresInto: { readonly base: Float32Array; readonly difference: Float32Array };

  constructor(devices: Devices, shape: KernelShape) {
    const { columns, rows, width } = shape;
    const partRows = partRowsOf(shape);
    const room = 24 * Math.ceil(rows / partRows);
    const graph = new Graph(devices.runtime, 2 * room);
    const spread = width > 0 && columns % collision === 0;
    const tensors = {
      base: graph.tensor(shape.base, columns, rows),
      candidate: graph.tensor(shape.candidate, columns, rows),
      directions: width > 0 ? graph.tensor(f32, columns, width) : undefined,
      places: graph.tensor(i32, partRows),
      spread: spread ? graph.tensor(f32, columns + 16, partRows) : undefined,
      ones: graph.tensor(f32, segmentOf(columns)),
    };
    this.shape = shape;
    this.#devices = devices;
    this.#graph = graph;
    this.#tensors = tensors;
    this.#inputs = devices.allocate(graph);
    this.#set(
      tensors.places,
      Int32Array.from({ length: partRows }, (_, row) => row),
    );
    this.#set(tensors.ones, new Float32Array(segmentOf(columns)).fill(1));
    this.#parts = partsOf(graph, tensors, shape);
    // in this order each part is done before the next is begun
    const outputs = this.#parts.flatMap(({ difference, baseSquares, squares, image, back }) =>
      [difference, baseSquares, squares, image, back].filter((tensor) => tensor !== undefined),
    );
    this.#computation = new Computation(devices, graph, outputs, room);
    this.#backInto = new Float32Array(columns * width);
    const segments = (rows * columns) / segmentOf(columns);
    this.#squaresInto = { base: new Float32Array(segments), difference: new Float32Array(segments) };
  }

  /** @param directions Ω by columns. Shape [k x columns] */
  setDirections(directions: Float32Array): void {
    if (this.#tensors.directions === undefined) throw new Error('this kernel makes no sketch');
    this.#set(this.#tensors.directions, directions);
  }

  /** @param base, candidate the stored bytes of `rows` rows */
  async run(base: Uint8Array, candidate: Uint8Array, signal?: AbortSignal): Promise<BlockDifference> {
    this.#set(this.#tensors.base, base);
    this.#set(this.#tensors.candidate, candidate);
    await this.#computation.run(signal);
    const back = this.#parts.at(-1)?.back;
    if (back !== undefined) this.#get(back, this.#backInto);
    return {
      baseSquares: this.#gather(this.#squaresInto.base, (part) => part.baseSquares),
      squares: this.#gather(this.#squaresInto.difference, (part) => part.squares),
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
    return this.#gather(new Float32Array(rows * width), ({ image }) => {
      if (image === undefined) throw new Error('this kernel makes no sketch');
      return image;
    });
  }

  /** One of the tensors of every part, behind one another. */
  #gather(into: Float32Array, of: (part: Part) => Tensor): Float32Array {
    let at = 0;
    for (const part of this.#parts) {
      const tensor = of(part);
      const count = tensor.ne[0] * tensor.ne[1];
      this.#get(tensor, into.subarray(at, at + count));
      at += count;
    }
    return into;
  }

  #set(tensor: Tensor, data: Float32Array | Int32Array | Uint8Array): void {
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
