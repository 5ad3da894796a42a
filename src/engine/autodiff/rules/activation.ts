import type { Graph, Tensor } from '../../llama/graph.ts';

/** An elementwise function f in a gradient: `times(x, g)` is g f'(x). */
export interface Activation {
  value(graph: Graph, x: Tensor): Tensor;
  times(graph: Graph, x: Tensor, gradient: Tensor): Tensor;
}

const unaryGelu = 8;
const unaryGeluQuick = 9;
const unaryRelu = 6;
const a = Math.sqrt(2 / Math.PI);
const b = 0.044715;

/** x (1 + tanh(u)) / 2 with u = a (x + b x³); ggml takes the value from a table in half precision. */
export const gelu: Activation = {
  value: (g, x) => g.unary(x, unaryGelu),
  times(g, x, gradient) {
    const x2 = g.sqr(x);
    const t = g.tanh(g.mul(x, g.scale(x2, a * b, a)));
    const du = g.scale(x2, 3 * a * b, a);
    const sech2 = g.scale(g.sqr(t), -1, 1);
    const slope = g.add(g.scale(t, 0.5, 0.5), g.mul(g.scale(g.mul(x, sech2), 0.5), du));
    return g.mul(gradient, slope);
  },
};

/** x sigmoid(1.702 x). */
export const geluQuick: Activation = {
  value: (g, x) => g.unary(x, unaryGeluQuick),
  times(g, x, gradient) {
    const s = g.sigmoid(g.scale(x, 1.702));
    const slope = g.add(s, g.scale(g.mul(x, g.mul(s, g.scale(s, -1, 1))), 1.702));
    return g.mul(gradient, slope);
  },
};

export const silu: Activation = {
  value: (g, x) => g.silu(x),
  times: (g, x, gradient) => g.siluBack(gradient, x),
};

export const relu: Activation = {
  value: (g, x) => g.unary(x, unaryRelu),
  times: (g, x, gradient) => g.mul(gradient, g.step(x)),
};

export const tanh: Activation = {
  value: (g, x) => g.tanh(x),
  times: (g, x, gradient) => g.mul(gradient, g.scale(g.sqr(g.tanh(x)), -1, 1)),
};

export const sigmoid: Activation = {
  value: (g, x) => g.sigmoid(x),
  times(g, x, gradient) {
    const s = g.sigmoid(x);
    return g.mul(gradient, g.mul(s, g.scale(s, -1, 1)));
  },
};

export const exp: Activation = {
  value: (g, x) => g.exp(x),
  times: (g, x, gradient) => g.mul(gradient, g.exp(x)),
};
