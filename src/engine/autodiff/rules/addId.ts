import { input, type Rule } from './rule.ts';

/** y = a + the bias of the expert that `ids` names; biases are constants. */
export const addId: Rule = {
  forward: (g, inputs) => g.addId(input(inputs, 0), input(inputs, 1), input(inputs, 2)),
  backward: (_, { gradient }) => [gradient],
};
