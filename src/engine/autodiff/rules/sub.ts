import { input, type Rule, reduceTo } from './rule.ts';

/** y = a - b, b repeated to a's shape. */
export const sub: Rule = {
  forward: (g, inputs) => g.sub(input(inputs, 0), input(inputs, 1)),
  backward: (g, { inputs, gradient, needs }) => [
    gradient,
    needs(1) ? g.scale(reduceTo(g, gradient, input(inputs, 1)), -1) : undefined,
  ],
};
