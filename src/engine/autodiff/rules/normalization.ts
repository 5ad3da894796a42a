import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** y [1, ...] = sum of a [n, ...] over its first dimension. */
export const sumRows: Rule = {
  forward: (g, inputs) => g.sumRows(input(inputs, 0)),
  backward: (g, { inputs, gradient }) => [g.repeat(gradient, input(inputs, 0))],
};

/**
 * LayerNorm without weights: y = (x - mean) / sigma over the first dimension, sigma² = var + epsilon.
 * dx = (g - mean(g) - y mean(g y)) / sigma.
 */
export const norm: Rule = {
  forward: (g, inputs, { struct }) => g.norm(input(inputs, 0), floatParam(struct.opParams, 0)),
  backward(g, { struct, inputs, output, gradient }) {
    const x = input(inputs, 0);
    const centred = g.sub(x, g.mean(x));
    const sigma = g.sqrt(g.scale(g.mean(g.sqr(centred)), 1, floatParam(struct.opParams, 0)));
    const alongY = g.mul(output, g.mean(g.mul(gradient, output)));
    const inner = g.sub(g.sub(gradient, g.mean(gradient)), alongY);
    return [g.div(inner, sigma)];
  },
};

/** y = x / √(mean(x²) + epsilon) over the first dimension; ggml has the adjoint. */
export const rmsNorm: Rule = {
  forward: (g, inputs, { struct }) => g.rmsNorm(input(inputs, 0), floatParam(struct.opParams, 0)),
  backward: (g, { struct, inputs, gradient }) => [
    g.rmsNormBack(gradient, input(inputs, 0), floatParam(struct.opParams, 0)),
  ],
};
