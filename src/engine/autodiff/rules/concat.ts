import { input, type Rule } from './rule.ts';

/** a and b one after the other along a dimension; each gets its part of the gradient. */
export const concat: Rule = {
  forward: (g, inputs, { struct }) => g.concat(input(inputs, 0), input(inputs, 1), struct.opParams[0] ?? 0),
  backward(g, { struct, inputs, gradient }) {
    const dim = struct.opParams[0] ?? 0;
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    const offset = (a.ne[dim] ?? 0) * (gradient.nb[dim] ?? 0);
    return [
      g.cont(g.view(gradient, a.ne, gradient.nb, 0)),
      g.cont(g.view(gradient, b.ne, gradient.nb, offset)),
    ];
  },
};
