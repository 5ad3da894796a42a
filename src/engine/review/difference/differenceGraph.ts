import { f32, type Graph, type Tensor } from '../../llama/graph.ts';
import { type KernelShape, rowsFor } from './blocks.ts';

/** What a block is computed from. */
export interface Inputs {
  readonly base: Tensor;
  readonly candidate: Tensor;
  /** Ω; undefined where no sketch is made. */
  readonly directions: Tensor | undefined;
  /** 0, 1, 2 ... for the rows of a part. */
  readonly places: Tensor;
  /** Room for the rows of a part with a gap after each; undefined where they need none. */
  readonly spread: Tensor | undefined;
  /** As many ones as a segment has weights. */
  readonly ones: Tensor;
}

/** What is computed of some rows of a block. */
export interface Part {
  readonly difference: Tensor;
  /** ‖·‖² of each segment. Shape [segments] */
  readonly baseSquares: Tensor;
  readonly squares: Tensor;
  /** D Ω */
  readonly image: Tensor | undefined;
  /** Dᵀ (D Ω), of this part and all before it. */
  readonly back: Tensor | undefined;
}

/** Elements whose values, as F32, stay in a processor's cache from one operation to the next. */
const partElements = 1 << 16;

/** Rows of a multiple of so many elements begin at the same few places of a processor's first cache. */
export const collision = 256;

export function partRowsOf({ columns, rows }: KernelShape): number {
  return Math.min(rows, rowsFor(partElements, columns));
}

/** The operations on a block, some rows after the other. */
export function partsOf(graph: Graph, inputs: Inputs, shape: KernelShape): Part[] {
  const parts: Part[] = [];
  const partRows = partRowsOf(shape);
  for (let first = 0; first < shape.rows; first += partRows) {
    const count = Math.min(partRows, shape.rows - first);
    parts.push(partOf(graph, inputs, first, count, parts.at(-1)?.back));
  }
  return parts;
}

function partOf(
  graph: Graph,
  inputs: Inputs,
  first: number,
  count: number,
  before: Tensor | undefined,
): Part {
  // rows are looked up rather than cast: that is vectorised for every type
  const asFloat = (tensor: Tensor) => {
    const rows = graph.view(tensor, [tensor.ne[0], count, 1, 1], tensor.nb, first * tensor.nb[1]);
    if (tensor.type === f32) return rows;
    return graph.getRows(rows, graph.view(inputs.places, [count, 1, 1, 1], inputs.places.nb, 0));
  };
  const base = asFloat(inputs.base);
  const difference = graph.sub(asFloat(inputs.candidate), base);
  const squared = (tensor: Tensor) => {
    const length = inputs.ones.ne[0];
    const segments = [length, (tensor.ne[0] * count) / length, 1, 1] as const;
    // a product with ones is a sum that is vectorised
    return graph.mulMat(graph.reshape(graph.sqr(tensor), segments), inputs.ones);
  };
  const squares = { baseSquares: squared(base), squares: squared(difference) };
  if (inputs.directions === undefined) return { difference, ...squares, image: undefined, back: undefined };
  const image = graph.mulMat(inputs.directions, difference);
  const own = graph.outProd(spreadOut(graph, difference, inputs.spread), image);
  return { difference, ...squares, image, back: before === undefined ? own : graph.add(before, own) };
}

/** The same rows with a gap after each, where they would otherwise push each other out of the cache. */
function spreadOut(graph: Graph, difference: Tensor, room: Tensor | undefined): Tensor {
  if (room === undefined) return difference;
  return graph.copyInto(difference, graph.view(room, difference.ne, room.nb, 0));
}
