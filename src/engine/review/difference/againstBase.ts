import { f32, Graph, i32, type Tensor } from '../../llama/graph.ts';
import { Computation } from '../../llama/scheduler.ts';
import { dot, norm } from '../../numeric/vector.ts';
import { blocksOf, cutOf, segmentOf } from './blocks.ts';
import type { Lane } from './lane.ts';
import type { TensorPair } from './pairs.ts';
import type { TensorDiff } from './tensorDiff.ts';
import type { TensorSource } from './tensorFiles.ts';

/** What a difference D has to do with the weights W that it was added to. */
export interface AgainstBase {
  /** −⟨D, W⟩ / ‖D‖²: 1 where D is orthogonal to W + D, what is left, as setting weights to 0 makes it. */
  readonly removed: number;
  /**
   * |cos| between each right direction of D and Wᵀu, u the left one that belongs to it: 1 where D does nothing but
   * scale what W writes along u, as taking a direction away does, and about 0 where D brings in something else.
   */
  readonly along: readonly number[];
  /** ‖Wᵀu‖ for each left direction: how much W writes along it. */
  readonly written: readonly number[];
}

/**
 * One pass over a pair of matrices.
 *
 * @param directions of D, as a refined spectrum has them; shapes [k][rows] and [k][columns]
 */
export async function againstBase(
  base: TensorSource,
  candidate: TensorSource,
  { pair, norm: size }: TensorDiff,
  directions: { readonly left: readonly Float64Array[]; readonly right: readonly Float64Array[] },
  lane: Lane,
  signal?: AbortSignal,
): Promise<AgainstBase> {
  const { columns } = cutOf(pair);
  const count = directions.left.length;
  using kernel = new AgainstBaseKernel(lane, pair, count);
  const images = Array.from({ length: count }, () => new Float64Array(columns));
  let product = 0;
  for await (const block of blocksOf(base, candidate, pair, lane.buffers, signal)) {
    const found = await kernel.run(
      block.base,
      block.candidate,
      (left) => {
        for (const [k, direction] of directions.left.entries()) {
          for (let row = 0; row < block.rows; row++)
            left[row * count + k] = direction[block.firstRow + row] as number;
        }
      },
      signal,
    );
    product += found.product;
    for (const [k, image] of images.entries()) {
      for (let i = 0; i < columns; i++)
        image[i] = (image[i] as number) + (found.image[k * columns + i] as number);
    }
  }
  return {
    removed: -product / size ** 2,
    along: images.map((image, k) => Math.abs(cosine(image, directions.right[k] as Float64Array))),
    written: images.map(norm),
  };
}

function cosine(a: Float64Array, b: Float64Array): number {
  const size = norm(a) * norm(b);
  return size === 0 ? 0 : dot(a, b) / size;
}

/** ⟨D, W⟩ and WᵀU of one block of rows. */
class AgainstBaseKernel implements Disposable {
  readonly #lane: Lane;
  readonly #graph: Graph;
  readonly #base: Tensor;
  readonly #candidate: Tensor;
  readonly #left: Tensor | undefined;
  readonly #inputs: Disposable;
  readonly #products: Tensor;
  readonly #image: Tensor | undefined;
  readonly #computation: Computation;

  constructor(lane: Lane, pair: TensorPair, count: number) {
    const { columns, rowsPerBlock: rows } = cutOf(pair);
    const room = 32;
    const graph = new Graph(lane.runtime, 2 * room);
    this.#lane = lane;
    this.#graph = graph;
    this.#base = graph.tensor(pair.base.type.id, columns, rows);
    this.#candidate = graph.tensor(pair.candidate.type.id, columns, rows);
    this.#left = count === 0 ? undefined : graph.tensor(f32, count, rows);
    const places = graph.tensor(i32, rows);
    const ones = graph.tensor(f32, segmentOf(columns));
    this.#inputs = lane.devices.allocate(graph);
    this.#set(
      places,
      Int32Array.from({ length: rows }, (_, row) => row),
    );
    this.#set(ones, new Float32Array(segmentOf(columns)).fill(1));
    const asFloat = (tensor: Tensor) => (tensor.type === f32 ? tensor : graph.getRows(tensor, places));
    const weights = asFloat(this.#base);
    const difference = graph.sub(asFloat(this.#candidate), weights);
    const length = segmentOf(columns);
    const segments = [length, (columns * rows) / length, 1, 1] as const;
    // a product with ones is a sum that is vectorised
    this.#products = graph.mulMat(graph.reshape(graph.mul(difference, weights), segments), ones);
    this.#image = this.#left === undefined ? undefined : graph.outProd(weights, this.#left);
    const outputs = [this.#products, this.#image].filter((tensor) => tensor !== undefined);
    this.#computation = new Computation(lane.devices, graph, outputs, room);
  }

  /** @param fill writes the rows of U. Shape [rows x k] */
  async run(
    base: Uint8Array,
    candidate: Uint8Array,
    fill: (left: Float32Array) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly product: number; readonly image: Float32Array }> {
    this.#set(this.#base, base);
    this.#set(this.#candidate, candidate);
    if (this.#left !== undefined) {
      const left = new Float32Array(this.#left.ne[0] * this.#left.ne[1]);
      fill(left);
      this.#set(this.#left, left);
    }
    await this.#computation.run(signal);
    return {
      product: this.#get(this.#products).reduce((all, value) => all + value, 0),
      image: this.#image === undefined ? new Float32Array() : this.#get(this.#image),
    };
  }

  #set(tensor: Tensor, data: Float32Array | Int32Array | Uint8Array): void {
    this.#lane.runtime.c.ggml_backend_tensor_set(tensor.pointer, data, 0, data.byteLength);
  }

  #get(tensor: Tensor): Float32Array {
    const into = new Float32Array(tensor.ne[0] * tensor.ne[1]);
    this.#lane.runtime.c.ggml_backend_tensor_get(tensor.pointer, into, 0, into.byteLength);
    return into;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#inputs[Symbol.dispose]();
    this.#graph.dispose();
  }
}
