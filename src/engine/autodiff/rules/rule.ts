import { type Graph, isContiguous, sameShape, type Tensor } from '../../llama/graph.ts';
import type { TensorStruct } from '../../llama/tensor.ts';

/** Sources of a node in their places; a place that the node leaves empty is undefined. */
export type Inputs = readonly (Tensor | undefined)[];

/** What a rule knows about the node that it rebuilds. */
export interface NodeInfo {
  readonly struct: TensorStruct;
  /** The traced structs of the sources, for offsets and strides. */
  readonly sources: readonly (TensorStruct | undefined)[];
}

interface Adjoint extends NodeInfo {
  readonly inputs: Inputs;
  readonly output: Tensor;
  /** d loss / d output, contiguous, of the output's shape. */
  readonly gradient: Tensor;
  /** Does the loss depend on the edit through input `index`? */
  needs(index: number): boolean;
  /** Where the first operand of a product is a weight of the model: the gradient of the other one. */
  throughWeight(): Tensor | undefined;
  /** Row numbers in 32 bits, whatever the forward pass had. */
  rows(index: number): Tensor;
}

/** One ggml operation: how the twin rebuilds it, and its vector-Jacobian product. */
export interface Rule {
  forward(graph: Graph, inputs: Inputs, node: NodeInfo): Tensor;
  /** d loss / d input for each input in its place; undefined where none flows. */
  backward(graph: Graph, adjoint: Adjoint): (Tensor | undefined)[];
}

/** Input `index`, which llama.cpp's graph always has. */
export function input(inputs: Inputs, index: number): Tensor {
  const tensor = inputs[index];
  if (tensor === undefined) throw new Error(`the traced node has no source ${index}`);
  return tensor;
}

export function contiguous(graph: Graph, tensor: Tensor): Tensor {
  return isContiguous(tensor) ? tensor : graph.cont(tensor);
}

/** Sums a gradient over the dimensions along which the forward pass had repeated an operand of shape `like`. */
export function reduceTo(graph: Graph, gradient: Tensor, like: Tensor): Tensor {
  return sameShape(gradient.ne, like.ne) ? gradient : graph.repeatBack(contiguous(graph, gradient), like);
}
