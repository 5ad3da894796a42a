import type { Graph, Tensor } from '../../llama/graph.ts';
import { contiguous, input, type Rule, reduceTo } from './rule.ts';

/**
 * y [m, n] = aᵀ b with a [k, m] and b [k, n], over the outer dimensions, along which a is repeated (grouped heads).
 * db = a g, for a weight by its transposed copy; da = b gᵀ, summed over the repeats.
 */
export const mulMat: Rule = {
  forward: (g, inputs, { struct }) =>
    g.withParams(g.mulMat(input(inputs, 0), input(inputs, 1)), struct.opParams),
  backward(g, { inputs, gradient, needs, throughWeight }) {
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    const db = () => throughWeight() ?? g.mulMat(g.cont(g.transpose(a)), gradient);
    return [needs(0) ? gradientOfFirst(g, a, b, gradient) : undefined, needs(1) ? db() : undefined];
  },
};

function gradientOfFirst(g: Graph, a: Tensor, b: Tensor, gradient: Tensor): Tensor {
  const [k, m, heads, streams] = a.ne;
  const full = g.outProd(contiguous(g, b), gradient);
  const group = b.ne[2] / heads;
  if (b.ne[3] !== streams)
    throw new Error('a product repeated over its fourth dimension has no gradient rule');
  if (group === 1) return full;
  // the heads of one group lie side by side
  const grouped = g.reshape(full, [k * m, group, heads, streams]);
  const summed = g.repeatBack(grouped, g.tensor(full.type, k * m, 1, heads, streams));
  return g.reshape(summed, a.ne);
}

/**
 * Mixture of experts: y [m, used, tokens], each column the product of the expert that `ids` names with b
 * [k, used or 1, tokens]. db is the product of the same experts, transposed, with g; their own weights get none.
 */
export const mulMatId: Rule = {
  forward: (g, inputs, { struct }) =>
    g.withParams(g.mulMatId(input(inputs, 0), input(inputs, 1), input(inputs, 2)), struct.opParams),
  backward(g, { inputs, gradient, throughWeight }) {
    const [experts, b, ids] = [input(inputs, 0), input(inputs, 1), input(inputs, 2)];
    const product = throughWeight() ?? g.mulMatId(g.cont(g.transpose(experts)), gradient, ids);
    return [undefined, reduceTo(g, product, b)];
  },
};
