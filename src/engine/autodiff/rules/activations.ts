import { InputError } from '../../errors.ts';
import type { Graph, Tensor } from '../../llama/graph.ts';
import type { TensorStruct } from '../../llama/tensor.ts';
import { at } from '../../numeric/at.ts';
import { contiguous, type Inputs, input, type Rule } from './rule.ts';

/** An elementwise function f in a gradient: `times(x, g)` is g f'(x). */
interface Activation {
  value(graph: Graph, x: Tensor): Tensor;
  times(graph: Graph, x: Tensor, gradient: Tensor): Tensor;
}

const unaryGelu = 8;
const unaryGeluQuick = 9;
const unaryRelu = 6;
const a = Math.sqrt(2 / Math.PI);
const b = 0.044715;

/** x (1 + tanh(u)) / 2 with u = a (x + b x³); ggml takes the value from a table in half precision. */
const gelu: Activation = {
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
const geluQuick: Activation = {
  value: (g, x) => g.unary(x, unaryGeluQuick),
  times(g, x, gradient) {
    const s = g.sigmoid(g.scale(x, 1.702));
    const slope = g.add(s, g.scale(g.mul(x, g.mul(s, g.scale(s, -1, 1))), 1.702));
    return g.mul(gradient, slope);
  },
};

const silu: Activation = {
  value: (g, x) => g.silu(x),
  times: (g, x, gradient) => g.siluBack(gradient, x),
};

const relu: Activation = {
  value: (g, x) => g.unary(x, unaryRelu),
  times: (g, x, gradient) => g.mul(gradient, g.step(x)),
};

const tanh: Activation = {
  value: (g, x) => g.tanh(x),
  times: (g, x, gradient) => g.mul(gradient, g.scale(g.sqr(g.tanh(x)), -1, 1)),
};

const sigmoid: Activation = {
  value: (g, x) => g.sigmoid(x),
  times(g, x, gradient) {
    const s = g.sigmoid(x);
    return g.mul(gradient, g.mul(s, g.scale(s, -1, 1)));
  },
};

const exp: Activation = {
  value: (g, x) => g.exp(x),
  times: (g, x, gradient) => g.mul(gradient, g.exp(x)),
};

/** By `enum ggml_unary_op`. */
const unaryFunctions: ReadonlyMap<number, Activation> = new Map([
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
    const activation = unaryFunctions.get(at(struct.opParams, 0));
    if (activation === undefined) {
      throw new InputError(
        `The activation function ${struct.opParams[0]} of node ${struct.name} has no gradient rule.`,
      );
    }
    return [activation.times(g, contiguous(g, input(inputs, 0)), gradient)];
  },
};

/** By `enum ggml_glu_op`. */
const gateFunctions: ReadonlyMap<number, Activation> = new Map([
  [0, relu],
  [1, gelu],
  [2, silu],
  [5, geluQuick],
]);

/** y = f(gate) * up; gate and up are two tensors, or the halves of one. */
export const glu: Rule = {
  forward(g, inputs, { struct }) {
    const { op, swapped } = gated(struct);
    const [first, second] = [input(inputs, 0), inputs[1]];
    return second === undefined ? g.glu(first, op, swapped) : g.gluSplit(first, second, op);
  },
  backward(g, { struct, inputs, gradient }) {
    const { op, swapped } = gated(struct);
    const activation = gateFunctions.get(op);
    if (activation === undefined) {
      throw new InputError(`The gated activation ${op} of node ${struct.name} has no gradient rule.`);
    }
    const { gate, up } = operands(g, inputs, swapped);
    const dGate = activation.times(g, gate, g.mul(gradient, up));
    const dUp = g.mul(gradient, activation.value(g, gate));
    if (inputs[1] !== undefined) return [dGate, dUp];
    return [swapped ? g.concat(dUp, dGate, 0) : g.concat(dGate, dUp, 0)];
  },
};

function gated({ opParams }: TensorStruct): { op: number; swapped: boolean } {
  return { op: at(opParams, 0), swapped: at(opParams, 1) !== 0 };
}

function operands(g: Graph, inputs: Inputs, swapped: boolean): { gate: Tensor; up: Tensor } {
  const [first, second] = [input(inputs, 0), inputs[1]];
  if (second !== undefined) return { gate: contiguous(g, first), up: contiguous(g, second) };
  const width = first.ne[0] / 2;
  const half = (index: number) =>
    g.cont(
      g.view(first, [width, first.ne[1], first.ne[2], first.ne[3]], first.nb, index * width * first.nb[0]),
    );
  return swapped ? { gate: half(1), up: half(0) } : { gate: half(0), up: half(1) };
}
