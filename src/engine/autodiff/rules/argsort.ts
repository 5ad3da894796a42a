import { at } from '../../numeric/at.ts';
import { input, type Rule } from './rule.ts';

/** The order of the values (routing of a mixture of experts): piecewise constant, so no gradient. */
export const argsort: Rule = {
  forward: (g, inputs, { struct }) => g.argsort(input(inputs, 0), at(struct.opParams, 0)),
  backward: () => [],
};
