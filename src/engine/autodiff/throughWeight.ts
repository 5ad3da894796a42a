import { f32, type Graph, type Tensor } from '../llama/graph.ts';
import type { TransposedWeights } from './weights.ts';

/** Where a weight is read in place, so many of its elements are turned into F32 at a time: 64 MB. */
const slice = 1 << 24;
const maxSlices = 16;

/**
 * d loss / d x of y = W x: Wᵀ g, by the transposed copy of W or, without one, from W itself.
 *
 * @param experts the traced ids where W is a stack of experts
 * @returns undefined for a weight that is not in the model's file (an adapter's)
 */
export function throughWeight(
  graph: Graph,
  weights: TransposedWeights,
  name: string,
  weight: Tensor,
  gradient: Tensor,
  experts: Tensor | undefined,
): Tensor | undefined {
  const copy = weights.get(name);
  if (copy !== undefined) {
    return experts === undefined ? graph.mulMat(copy, gradient) : graph.mulMatId(copy, gradient, experts);
  }
  if (!weights.has(name)) return undefined;
  if (experts === undefined) return inSlices(graph, weight, gradient);
  return graph.mulMatId(graph.cont(graph.transpose(plain(graph, weight))), gradient, experts);
}

/** Wᵀ g = the sum over slices of W's rows of their outer products with the same rows of g. */
function inSlices(graph: Graph, weight: Tensor, gradient: Tensor): Tensor {
  const [columns, rows] = weight.ne;
  const tokens = gradient.ne[1];
  const step = Math.ceil(Math.max(slice / columns, rows / maxSlices));
  let sum: Tensor | undefined;
  for (let start = 0; start < rows; start += step) {
    const count = Math.min(step, rows - start);
    const part = graph.view(weight, [columns, count, 1, 1], weight.nb, start * weight.nb[1]);
    const same = graph.view(gradient, [count, tokens, 1, 1], gradient.nb, start * gradient.nb[0]);
    const product = graph.outProd(plain(graph, part), graph.transpose(same));
    sum = sum === undefined ? product : graph.add(sum, product);
  }
  if (sum === undefined) throw new Error('a weight without rows');
  return sum;
}

/** ggml's own outer product of a quantised weight would unpack it anew for every token. */
function plain(graph: Graph, weight: Tensor): Tensor {
  return weight.type === f32 ? weight : graph.cast(weight, f32);
}
