import { input, type Rule } from './rule.ts';

/** y = √a: da = g / 2y. */
export const sqrt: Rule = {
  forward: (g, inputs) => g.sqrt(input(inputs, 0)),
  backward: (g, { output, gradient }) => [g.scale(g.div(gradient, output), 0.5)],
};
