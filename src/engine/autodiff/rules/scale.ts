import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** y = s a + b with numbers s and b. */
export const scale: Rule = {
  forward: (g, inputs, { struct }) =>
    g.scale(input(inputs, 0), floatParam(struct.opParams, 0), floatParam(struct.opParams, 1)),
  backward: (g, { struct, gradient }) => [g.scale(gradient, floatParam(struct.opParams, 0))],
};
