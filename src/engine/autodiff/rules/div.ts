import { input, type Rule, reduceTo } from './rule.ts';

/** y = a / b elementwise, b repeated to a's shape: da = g / b, db = -g y / b. */
export const div: Rule = {
  forward: (g, inputs) => g.div(input(inputs, 0), input(inputs, 1)),
  backward(g, { inputs, output, gradient, needs }) {
    const b = input(inputs, 1);
    const da = g.div(gradient, b);
    return [da, needs(1) ? g.scale(reduceTo(g, g.mul(da, output), b), -1) : undefined];
  },
};
