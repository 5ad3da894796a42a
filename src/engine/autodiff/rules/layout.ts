import { elements, type Shape } from '../../llama/tensor.ts';
import { at } from '../../numeric/at.ts';
import { input, type NodeInfo, type Rule } from './rule.ts';

/** The same elements, laid out contiguously. */
export const cont: Rule = {
  forward: (g, inputs, { struct }) => g.cont(input(inputs, 0), struct.ne),
  backward: (g, { inputs, gradient }) => [g.reshape(gradient, input(inputs, 0).ne)],
};

/** A copy in another type; rounding passes the gradient unchanged. */
export const cpy: Rule = {
  forward: (g, inputs, { struct }) => g.cast(input(inputs, 0), struct.type),
  backward: (_, { gradient }) => [gradient],
};

/** The same elements in another shape. */
export const reshape: Rule = {
  forward: (g, inputs, { struct }) => g.reshape(input(inputs, 0), struct.ne),
  backward: (g, { inputs, gradient }) => [g.reshape(gradient, input(inputs, 0).ne)],
};

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

/** The first two dimensions exchanged. */
export const transpose: Rule = {
  forward: (g, inputs) => g.transpose(input(inputs, 0)),
  backward: (g, { gradient }) => [g.transpose(gradient)],
};

/** y = a, tiled to the node's shape. */
export const repeat: Rule = {
  forward: (g, inputs, { struct }) => g.repeat(input(inputs, 0), g.tensor(struct.type, ...struct.ne)),
  backward: (g, { inputs, gradient }) => [g.repeatBack(gradient, input(inputs, 0))],
};

/** a and b one after the other along a dimension; each gets its part of the gradient. */
export const concat: Rule = {
  forward: (g, inputs, { struct }) => g.concat(input(inputs, 0), input(inputs, 1), at(struct.opParams, 0)),
  backward(g, { struct, inputs, gradient }) {
    const dim = at(struct.opParams, 0);
    const [a, b] = [input(inputs, 0), input(inputs, 1)];
    const offset = at(a.ne, dim) * at(gradient.nb, dim);
    return [
      g.cont(g.view(gradient, a.ne, gradient.nb, 0)),
      g.cont(g.view(gradient, b.ne, gradient.nb, offset)),
    ];
  },
};

type Axis = 0 | 1 | 2 | 3;

/**
 * y = elements of a at strides and an offset; the gradient is added to zeros at the same places. `a` may have gaps
 * itself (the query of a merged projection), its gradient has none, so strides are translated from one to the other.
 */
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
    const dense = withoutGaps(a);
    const offset = offsetInSource({ struct, sources });
    const strides = order.map((axis) => (struct.ne[axis] === 1 ? 0 : dense(struct.nb[axis])));
    checkPlaces(struct.name, strides, sorted.ne, dense(offset), dense(offset + lastByte(struct)));
    const [, second = 0, third = 0, fourth = 0] = strides;
    return [g.reshape(g.acc(zeros, sorted, second, third, fourth, dense(offset)), a.ne)];
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

/** From a byte of `a` in memory to the byte of the same element in a contiguous tensor of `a`'s shape. */
function withoutGaps({ ne, nb }: { ne: Shape; nb: Shape }): (byte: number) => number {
  const dense: Shape = [nb[0], nb[0] * ne[0], nb[0] * ne[0] * ne[1], nb[0] * ne[0] * ne[1] * ne[2]];
  const slowestFirst = byStride(ne, nb)
    .filter((axis) => ne[axis] > 1)
    .toReversed();
  return (byte) => {
    let [rest, result] = [byte, 0];
    for (const axis of slowestFirst) {
      const index = Math.floor(rest / nb[axis]);
      rest -= index * nb[axis];
      result += index * dense[axis];
    }
    return result;
  };
}

/** How far the view's last element lies behind its first. */
function lastByte({ ne, nb }: { ne: Shape; nb: Shape }): number {
  return ne.reduce((sum, n, axis) => sum + (n - 1) * at(nb, axis), 0);
}

/** Elements that the view holds twice, or that lie in a gap, would get a wrong gradient. */
function checkPlaces(name: string, strides: readonly number[], ne: Shape, first: number, last: number): void {
  const reached = strides.reduce((sum, stride, axis) => sum + (at(ne, axis) - 1) * stride, first);
  const overlaps = strides.some((stride, axis) => {
    const [before = 0, count = 1] = [strides[axis - 1], ne[axis - 1]];
    return ne[axis] !== 1 && stride < before * count;
  });
  if (reached !== last || overlaps)
    throw new Error(`the view ${name} has no gradient rule: it is not one of separate rows`);
}
