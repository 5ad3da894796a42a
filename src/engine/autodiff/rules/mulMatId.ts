import { input, type Rule, reduceTo } from './rule.ts';

/**
 * Mixture of experts: y [m, used, tokens], each column the product of the expert that `ids` names with b
 * [k, used or 1, tokens]. db goes through the experts' transposed copies; the experts' own weights get none.
 */
export const mulMatId: Rule = {
  forward: (g, inputs, { struct }) =>
    g.withParams(g.mulMatId(input(inputs, 0), input(inputs, 1), input(inputs, 2)), struct.opParams),
  backward(g, { inputs, throughWeight }) {
    const product = throughWeight();
    if (product === undefined) throw new Error('the experts of a mixture have no transposed copy');
    return [undefined, reduceTo(g, product, input(inputs, 1))];
  },
};
