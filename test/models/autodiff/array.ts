import type { Shape } from '../../../src/engine/llama/tensor.ts';

/** A float64 array with ggml's shape and with strides and an offset in elements, over data that others may share. */
export interface Float64Tensor {
  readonly data: Float64Array;
  readonly ne: Shape;
  readonly strides: Shape;
  readonly at: number;
}

function zeros(ne: Shape): Float64Tensor {
  return dense(new Float64Array(ne[0] * ne[1] * ne[2] * ne[3]), ne);
}

export function dense(data: Float64Array, ne: Shape): Float64Tensor {
  return { data, ne, strides: [1, ne[0], ne[0] * ne[1], ne[0] * ne[1] * ne[2]], at: 0 };
}

export function get(t: Float64Tensor, i0: number, i1 = 0, i2 = 0, i3 = 0): number {
  return t.data[place(t, i0, i1, i2, i3)] ?? Number.NaN;
}

export function place(
  { strides, at }: Float64Tensor,
  i0: number,
  i1: number,
  i2: number,
  i3: number,
): number {
  return at + i0 * strides[0] + i1 * strides[1] + i2 * strides[2] + i3 * strides[3];
}

/** A new dense tensor whose elements are functions of their indices. */
export function tabulate(
  ne: Shape,
  f: (i0: number, i1: number, i2: number, i3: number) => number,
): Float64Tensor {
  const result = zeros(ne);
  let n = 0;
  for (let i3 = 0; i3 < ne[3]; i3++)
    for (let i2 = 0; i2 < ne[2]; i2++)
      for (let i1 = 0; i1 < ne[1]; i1++)
        for (let i0 = 0; i0 < ne[0]; i0++) result.data[n++] = f(i0, i1, i2, i3);
  return result;
}

/** A new dense tensor, computed row by row; `f` gets the row as plain values. */
export function mapRows(
  t: Float64Tensor,
  f: (row: Float64Array, i1: number, i2: number, i3: number) => ArrayLike<number>,
  width = t.ne[0],
): Float64Tensor {
  const result = zeros([width, t.ne[1], t.ne[2], t.ne[3]]);
  const row = new Float64Array(t.ne[0]);
  let n = 0;
  for (let i3 = 0; i3 < t.ne[3]; i3++)
    for (let i2 = 0; i2 < t.ne[2]; i2++)
      for (let i1 = 0; i1 < t.ne[1]; i1++) {
        for (let i0 = 0; i0 < row.length; i0++) row[i0] = get(t, i0, i1, i2, i3);
        result.data.set(f(row, i1, i2, i3), n);
        n += width;
      }
  return result;
}

/** The sum of products along the first dimension of two rows. */
export function dot(a: Float64Tensor, fromA: number, b: Float64Tensor, fromB: number): number {
  let sum = 0;
  for (let i = 0; i < a.ne[0]; i++) {
    sum += (a.data[fromA + i * a.strides[0]] ?? 0) * (b.data[fromB + i * b.strides[0]] ?? 0);
  }
  return sum;
}
