import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** y = min(max(a, low), high): the gradient passes where a lies strictly between. */
export const clamp: Rule = {
  forward: (g, inputs, { struct }) =>
    g.clamp(input(inputs, 0), floatParam(struct.opParams, 0), floatParam(struct.opParams, 1)),
  backward(g, { struct, inputs, gradient }) {
    const a = input(inputs, 0);
    const above = g.step(g.scale(a, 1, -floatParam(struct.opParams, 0)));
    const below = g.step(g.scale(a, -1, floatParam(struct.opParams, 1)));
    return [g.mul(gradient, g.mul(above, below))];
  },
};
