import { input, type Rule } from './rule.ts';

/** A copy in another type; rounding passes the gradient unchanged. */
export const cpy: Rule = {
  forward: (g, inputs, { struct }) => g.cast(input(inputs, 0), struct.type),
  backward: (_, { gradient }) => [gradient],
};
