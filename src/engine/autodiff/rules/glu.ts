import { InputError } from '../../errors.ts';
import type { Graph, Tensor } from '../../llama/graph.ts';
import { type Activation, gelu, geluQuick, relu, silu } from './activation.ts';
import { contiguous, type Inputs, input, type Rule } from './rule.ts';

/** By `enum ggml_glu_op`. */
const activations: ReadonlyMap<number, Activation> = new Map([
  [0, relu],
  [1, gelu],
  [2, silu],
  [5, geluQuick],
]);

/** y = f(gate) * up; gate and up are two tensors, or the halves of one. */
export const glu: Rule = {
  forward(g, inputs, { struct }) {
    const [op = -1, swapped = 0] = struct.opParams;
    const [first, second] = [input(inputs, 0), inputs[1]];
    return second === undefined ? g.glu(first, op, swapped !== 0) : g.gluSplit(first, second, op);
  },
  backward(g, { struct, inputs, gradient }) {
    const [op = -1, swapped = 0] = struct.opParams;
    const activation = activations.get(op);
    if (activation === undefined) {
      throw new InputError(`The gated activation ${op} of node ${struct.name} has no gradient rule.`);
    }
    const { gate, up } = operands(g, inputs, swapped !== 0);
    const dGate = activation.times(g, gate, g.mul(gradient, up));
    const dUp = g.mul(gradient, activation.value(g, gate));
    if (inputs[1] !== undefined) return [dGate, dUp];
    return [swapped !== 0 ? g.concat(dUp, dGate, 0) : g.concat(dGate, dUp, 0)];
  },
};

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
