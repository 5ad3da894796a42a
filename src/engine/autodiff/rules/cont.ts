import { input, type Rule } from './rule.ts';

/** The same elements, laid out contiguously. */
export const cont: Rule = {
  forward: (g, inputs, { struct }) => g.cont(input(inputs, 0), struct.ne),
  backward: (g, { inputs, gradient }) => [g.reshape(gradient, input(inputs, 0).ne)],
};
