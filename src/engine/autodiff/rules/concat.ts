import { at } from '../../numeric/at.ts';
import { input, type Rule } from './rule.ts';

/** a and b one after the other along a dimension; each gets its part of the gradient. */
export const concat: Rule = {
  forward: (g, inputs, { struct }) => g.concat(input(inputs, 0), input(inputs, 1), at(struct.opParams, 0)),
  backward(g, { struct, inputs, gradient }) {
    const dim = at(struct.opParams, 0);
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    const offset = at(a.ne, dim) * at(gradient.nb, dim);
    return [
      g.cont(g.view(gradient, a.ne, gradient.nb, 0)),
      g.cont(g.view(gradient, b.ne, gradient.nb, offset)),
    ];
  },
};
