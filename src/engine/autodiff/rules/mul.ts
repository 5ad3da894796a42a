import { input, type Rule, reduceTo } from './rule.ts';

/** y = a * b elementwise, b repeated to a's shape. */
export const mul: Rule = {
  forward: (g, inputs) => g.mul(input(inputs, 0), input(inputs, 1)),
  backward(g, { inputs, gradient, needs }) {
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    return [
      needs(0) ? g.mul(gradient, b) : undefined,
      needs(1) ? reduceTo(g, g.mul(gradient, a), b) : undefined,
    ];
  },
};
