import { InputError } from '../../errors.ts';
import type { Rope } from '../../llama/graph.ts';
import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** y = softmax(scale a + mask) over the first dimension; sinks only add to the denominator. */
export const softMax: Rule = {
  forward(g, inputs, { struct }) {
    const [a, mask, sinks] = [input(inputs, 0), inputs[1], inputs[2]];
    const y = g.softMaxExt(a, mask, floatParam(struct.opParams, 0), floatParam(struct.opParams, 1));
    if (sinks !== undefined) g.softMaxSinks(y, sinks);
    return y;
  },
  backward(g, { struct, output, gradient }) {
    if (floatParam(struct.opParams, 1) !== 0) {
      throw new InputError('This model uses ALiBi positions, through which gradients cannot be taken.');
    }
    // ggml may compute the adjoint in the place of an operand, and over y it would be wrong; a gradient that nothing
    // else reads is the first place that it takes
    return [g.softMaxBack(g.scale(gradient, floatParam(struct.opParams, 0)), output, 1)];
  },
};

const multiSection = 8;

/** Rotary positions; ggml has the adjoint, the rotation backwards. */
export const rope: Rule = {
  forward: (g, inputs, { struct }) =>
    g.rope(input(inputs, 0), input(inputs, 1), inputs[2], parameters(struct.opParams)),
  backward: (g, { struct, inputs, gradient }) => [
    g.ropeBack(gradient, input(inputs, 1), inputs[2], parameters(struct.opParams)),
  ],
};

function parameters(opParams: Int32Array): Rope {
  const [, dims = 0, mode = 0, , originalContext = 0] = opParams;
  if (mode & multiSection) {
    throw new InputError('This model uses multi-section rotary positions, which editing does not cover.');
  }
  const f = (index: number) => floatParam(opParams, index);
  return {
    dims,
    mode,
    originalContext,
    base: f(5),
    scale: f(6),
    extFactor: f(7),
    attnFactor: f(8),
    betaFast: f(9),
    betaSlow: f(10),
  };
}
