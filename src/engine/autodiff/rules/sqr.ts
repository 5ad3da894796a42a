import { input, type Rule } from './rule.ts';

/** y = a². */
export const sqr: Rule = {
  forward: (g, inputs) => g.sqr(input(inputs, 0)),
  backward: (g, { inputs, gradient }) => [g.scale(g.mul(gradient, input(inputs, 0)), 2)],
};
