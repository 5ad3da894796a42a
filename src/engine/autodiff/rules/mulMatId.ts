import { input, type Rule, reduceTo } from './rule.ts';

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
