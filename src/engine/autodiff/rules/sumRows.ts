import { input, type Rule } from './rule.ts';

/** y [1, ...] = sum of a [n, ...] over its first dimension. */
export const sumRows: Rule = {
  forward: (g, inputs) => g.sumRows(input(inputs, 0)),
  backward: (g, { inputs, gradient }) => [g.repeat(gradient, input(inputs, 0))],
};
