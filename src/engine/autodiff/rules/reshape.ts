import { input, type Rule } from './rule.ts';

/** The same elements in another shape. */
export const reshape: Rule = {
  forward: (g, inputs, { struct }) => g.reshape(input(inputs, 0), struct.ne),
  backward: (g, { inputs, gradient }) => [g.reshape(gradient, input(inputs, 0).ne)],
};
