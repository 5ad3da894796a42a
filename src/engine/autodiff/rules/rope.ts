import { InputError } from '../../errors.ts';
import type { Rope } from '../../llama/graph.ts';
import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

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
