import { InputError } from '../../errors.ts';
import { at } from '../../numeric/at.ts';
import { type Activation, exp, gelu, geluQuick, relu, sigmoid, silu, tanh } from './activation.ts';
import { contiguous, input, type Rule } from './rule.ts';

/** By `enum ggml_unary_op`. */
const activations: ReadonlyMap<number, Activation> = new Map([
  [4, tanh],
  [6, relu],
  [7, sigmoid],
  [8, gelu],
  [9, geluQuick],
  [10, silu],
  [13, exp],
]);

/** y = f(x) elementwise. */
export const unary: Rule = {
  forward: (g, inputs, { struct }) => g.unary(input(inputs, 0), at(struct.opParams, 0)),
  backward(g, { struct, inputs, gradient }) {
    const activation = activations.get(at(struct.opParams, 0));
    if (activation === undefined) {
      throw new InputError(
        `The activation function ${struct.opParams[0]} of node ${struct.name} has no gradient rule.`,
      );
    }
    return [activation.times(g, contiguous(g, input(inputs, 0)), gradient)];
  },
};
