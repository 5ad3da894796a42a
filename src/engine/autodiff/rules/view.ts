import { elements, type Shape } from '../../llama/tensor.ts';
import { input, type NodeInfo, type Rule } from './rule.ts';

type Axis = 0 | 1 | 2 | 3;

/** y = elements of a at strides and an offset; the gradient is added to zeros at the same places. */
export const view: Rule = {
  forward: (g, inputs, node) =>
    g.view(input(inputs, 0), node.struct.ne, node.struct.nb, offsetInSource(node)),
  backward(g, { struct, sources, inputs, gradient }) {
    const a = input(inputs, 0);
    const zeros = g.fill(g.tensor(a.type, elements(a.ne)), 0);
    // ggml_acc wants the fastest dimension first
    const order = byStride(struct.ne, struct.nb);
    const place: [number, number, number, number] = [0, 0, 0, 0];
    order.forEach((axis, position) => {
      place[axis] = position;
    });
    const sorted = g.cont(g.permute(gradient, place));
    const stride = (position: number) => struct.nb[order[position] ?? 0];
    const sum = g.acc(zeros, sorted, stride(1), stride(2), stride(3), offsetInSource({ struct, sources }));
    return [g.reshape(sum, a.ne)];
  },
};

function offsetInSource({ struct, sources }: NodeInfo): number {
  const [source] = sources;
  const before = source !== undefined && source.viewSrc !== 0n ? source.viewOffset : 0;
  return struct.viewOffset - before;
}

/** Axes from the smallest stride to the largest; axes of one element come last, their stride means nothing. */
function byStride(ne: Shape, nb: Shape): Axis[] {
  const axes: Axis[] = [0, 1, 2, 3];
  return axes.sort((x, y) => Number(ne[x] === 1) - Number(ne[y] === 1) || nb[x] - nb[y]);
}
