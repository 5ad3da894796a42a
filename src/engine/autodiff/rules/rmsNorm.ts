import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** y = x / √(mean(x²) + epsilon) over the first dimension; ggml has the adjoint. */
export const rmsNorm: Rule = {
  forward: (g, inputs, { struct }) => g.rmsNorm(input(inputs, 0), floatParam(struct.opParams, 0)),
  backward: (g, { struct, inputs, gradient }) => [
    g.rmsNormBack(gradient, input(inputs, 0), floatParam(struct.opParams, 0)),
  ],
};
