import { floatParam } from '../../llama/tensor.ts';
import { input, type Rule, reduceTo } from './rule.ts';

/** y = a + b, b repeated to a's shape. */
export const add: Rule = {
  forward: (g, inputs) => g.add(input(inputs, 0), input(inputs, 1)),
  backward: (g, { inputs, gradient, needs }) => [
    gradient,
    needs(1) ? reduceTo(g, gradient, input(inputs, 1)) : undefined,
  ],
};

/** y = a + the bias of the expert that `ids` names; biases are constants. */
export const addId: Rule = {
  forward: (g, inputs) => g.addId(input(inputs, 0), input(inputs, 1), input(inputs, 2)),
  backward: (_, { gradient }) => [gradient],
};

/** y = a - b, b repeated to a's shape. */
export const sub: Rule = {
  forward: (g, inputs) => g.sub(input(inputs, 0), input(inputs, 1)),
  backward: (g, { inputs, gradient, needs }) => [
    gradient,
    needs(1) ? g.scale(reduceTo(g, gradient, input(inputs, 1)), -1) : undefined,
  ],
};

/** y = a * b elementwise, b repeated to a's shape. */
export const mul: Rule = {
  forward: (g, inputs) => g.mul(input(inputs, 0), input(inputs, 1)),
  backward(g, { inputs, gradient, needs }) {
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    return [
      needs(0) ? g.mul(gradient, b) : undefined,
      needs(1) ? reduceTo(g, g.mul(gradient, a), b) : undefined,
    ];
  },
};

/** y = a / b elementwise, b repeated to a's shape: da = g / b, db = -g y / b. */
export const div: Rule = {
  forward: (g, inputs) => g.div(input(inputs, 0), input(inputs, 1)),
  backward(g, { inputs, output, gradient, needs }) {
    const b = input(inputs, 1);
    const da = g.div(gradient, b);
    return [da, needs(1) ? g.scale(reduceTo(g, g.mul(da, output), b), -1) : undefined];
  },
};

/** y = s a + b with numbers s and b. */
export const scale: Rule = {
  forward: (g, inputs, { struct }) =>
    g.scale(input(inputs, 0), floatParam(struct.opParams, 0), floatParam(struct.opParams, 1)),
  backward: (g, { struct, gradient }) => [g.scale(gradient, floatParam(struct.opParams, 0))],
};

/** y = a². */
export const sqr: Rule = {
  forward: (g, inputs) => g.sqr(input(inputs, 0)),
  backward: (g, { inputs, gradient }) => [g.scale(g.mul(gradient, input(inputs, 0)), 2)],
};

/** y = √a: da = g / 2y. */
export const sqrt: Rule = {
  forward: (g, inputs) => g.sqrt(input(inputs, 0)),
  backward: (g, { output, gradient }) => [g.scale(g.div(gradient, output), 0.5)],
};

/** y = min(max(a, low), high): the gradient passes where a lies strictly between. */
export const clamp: Rule = {
  forward: (g, inputs, { struct }) =>
    g.clamp(input(inputs, 0), floatParam(struct.opParams, 0), floatParam(struct.opParams, 1)),
  backward(g, { struct, inputs, gradient }) {
    const a = input(inputs, 0);
    const above = g.step(g.scale(a, 1, -floatParam(struct.opParams, 0)));
    const below = g.step(g.scale(a, -1, floatParam(struct.opParams, 1)));
    return [g.mul(gradient, g.mul(above, below))];
  },
};
