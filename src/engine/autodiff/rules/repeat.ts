import { input, type Rule } from './rule.ts';

/** y = a, tiled to the node's shape. */
export const repeat: Rule = {
  forward: (g, inputs, { struct }) => g.repeat(input(inputs, 0), g.tensor(struct.type, ...struct.ne)),
  backward: (g, { inputs, gradient }) => [g.repeatBack(gradient, input(inputs, 0))],
};
