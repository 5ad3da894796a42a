import { input, type Rule } from './rule.ts';

/** The first two dimensions exchanged. */
export const transpose: Rule = {
  forward: (g, inputs) => g.transpose(input(inputs, 0)),
  backward: (g, { gradient }) => [g.transpose(gradient)],
};
