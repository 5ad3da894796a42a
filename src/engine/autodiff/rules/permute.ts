import type { Shape } from '../../llama/tensor.ts';
import { input, type Rule } from './rule.ts';

/** Dimension i becomes dimension axes[i]; the gradient goes back through the inverse. */
export const permute: Rule = {
  forward: (g, inputs, { struct }) => g.permute(input(inputs, 0), axes(struct.opParams)),
  backward(g, { struct, gradient }) {
    const inverse: [number, number, number, number] = [0, 0, 0, 0];
    axes(struct.opParams).forEach((axis, index) => {
      inverse[axis] = index;
    });
    return [g.permute(gradient, inverse)];
  },
};

function axes([a = 0, b = 1, c = 2, d = 3]: Int32Array): Shape {
  return [a, b, c, d];
}
