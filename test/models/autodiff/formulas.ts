import { floatParam, type Shape, type TensorStruct } from '../../../src/engine/llama/tensor.ts';
import { dense, dot, type Float64Tensor, get, mapRows, place, tabulate } from './array.ts';

/** Each operation of ggml that the twin may hold, exactly, in double precision: written from ggml's documentation. */
export type Formula = (
  sources: readonly (Float64Tensor | undefined)[],
  struct: TensorStruct,
) => Float64Tensor;

type Args = Parameters<Formula>[0];

const source = (args: Args, index: number): Float64Tensor => {
  const found = args[index];
  if (found === undefined) throw new Error(`no source ${index}`);
  return found;
};

const elementwise =
  (f: (a: number, b: number) => number): Formula =>
  (args) => {
    const [a, b] = [source(args, 0), source(args, 1)];
    const [n0, n1, n2, n3] = b.ne;
    return tabulate(a.ne, (i0, i1, i2, i3) =>
      f(get(a, i0, i1, i2, i3), get(b, i0 % n0, i1 % n1, i2 % n2, i3 % n3)),
    );
  };

const map =
  (f: (x: number, struct: TensorStruct) => number): Formula =>
  (args, struct) =>
    mapRows(source(args, 0), (row) => row.map((x) => f(x, struct)));

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const geluQuick = (x: number) => x * logistic(1.702 * x);
const silu = (x: number) => x * logistic(x);
const relu = (x: number) => Math.max(x, 0);

const unaries: Readonly<Record<number, (x: number) => number>> = {
  4: Math.tanh,
  6: relu,
  7: logistic,
  8: gelu,
  9: geluQuick,
  10: silu,
  13: Math.exp,
};
const gates: Readonly<Record<number, (x: number) => number>> = { 0: relu, 1: gelu, 2: silu, 5: geluQuick };

function known(table: Readonly<Record<number, (x: number) => number>>, op: number | undefined) {
  const found = table[op ?? -1];
  if (found === undefined) throw new Error(`no formula for function ${op}`);
  return found;
}

const copy: Formula = (args, { ne }) => dense(mapRows(source(args, 0), (row) => row).data, ne);

export const formulas: Readonly<Record<string, Formula>> = {
  ADD: elementwise((a, b) => a + b),
  SUB: elementwise((a, b) => a - b),
  MUL: elementwise((a, b) => a * b),
  DIV: elementwise((a, b) => a / b),
  SQR: map((x) => x * x),
  SQRT: map(Math.sqrt),
  SCALE: map((x, { opParams }) => floatParam(opParams, 0) * x + floatParam(opParams, 1)),
  CLAMP: map((x, { opParams }) => Math.min(Math.max(x, floatParam(opParams, 0)), floatParam(opParams, 1))),
  UNARY: (args, { opParams }) => mapRows(source(args, 0), (row) => row.map(known(unaries, opParams[0]))),
  CONT: copy,
  DUP: copy,
  CPY: copy,
  SUM_ROWS: (args) => mapRows(source(args, 0), (row) => [row.reduce((sum, x) => sum + x, 0)], 1),
  ARGSORT: (args, { opParams }) =>
    mapRows(source(args, 0), (row) => {
      const sign = opParams[0] === 1 ? -1 : 1;
      return Array.from(row.keys()).sort((x, y) => sign * ((row[x] ?? 0) - (row[y] ?? 0)));
    }),

  ADD_ID(args) {
    const [a, b, ids] = [source(args, 0), source(args, 1), source(args, 2)];
    return tabulate(a.ne, (i0, i1, i2) => get(a, i0, i1, i2) + get(b, i0, get(ids, i1, i2)));
  },

  NORM: (args, { opParams }) =>
    mapRows(source(args, 0), (row) => {
      const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
      const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
      return row.map((x) => (x - mean) / Math.sqrt(variance + floatParam(opParams, 0)));
    }),

  RMS_NORM: (args, { opParams }) =>
    mapRows(source(args, 0), (row) => {
      const square = row.reduce((sum, x) => sum + x * x, 0) / row.length;
      return row.map((x) => x / Math.sqrt(square + floatParam(opParams, 0)));
    }),

  SOFT_MAX(args, { opParams }) {
    const [a, mask, sinks] = [source(args, 0), args[1], args[2]];
    const scale = floatParam(opParams, 0);
    if (floatParam(opParams, 1) !== 0) throw new Error('no formula for ALiBi');
    return mapRows(a, (row, i1, i2, i3) => {
      const masked = (i: number) => (mask ? get(mask, i, i1, i2 % mask.ne[2], i3 % mask.ne[3]) : 0);
      const scores = row.map((x, i) => scale * x + masked(i));
      const sink = sinks ? get(sinks, i2) : Number.NEGATIVE_INFINITY;
      const max = scores.reduce((most, x) => Math.max(most, x), sink);
      const powers = scores.map((x) => Math.exp(x - max));
      const sum = powers.reduce((total, x) => total + x, Math.exp(sink - max));
      return powers.map((x) => x / sum);
    });
  },

  MUL_MAT(args, { ne }) {
    const [a, b] = [source(args, 0), source(args, 1)];
    const [heads, streams] = [b.ne[2] / a.ne[2], b.ne[3] / a.ne[3]];
    return tabulate(ne, (m, n, i2, i3) =>
      dot(a, place(a, 0, m, Math.floor(i2 / heads), Math.floor(i3 / streams)), b, place(b, 0, n, i2, i3)),
    );
  },

  MUL_MAT_ID(args, { ne }) {
    const [a, b, ids] = [source(args, 0), source(args, 1), source(args, 2)];
    return tabulate(ne, (m, used, token) =>
      dot(a, place(a, 0, m, get(ids, used, token), 0), b, place(b, 0, used % b.ne[1], token, 0)),
    );
  },

  GLU(args, { opParams, ne }) {
    const [first, second] = [source(args, 0), args[1]];
    const f = known(gates, opParams[0]);
    const swapped = opParams[1] !== 0;
    const [gateAt, upAt] = second || !swapped ? [0, second ? 0 : ne[0]] : [ne[0], 0];
    const up = second ?? first;
    return tabulate(
      ne,
      (i0, i1, i2, i3) => f(get(first, gateAt + i0, i1, i2, i3)) * get(up, upAt + i0, i1, i2, i3),
    );
  },

  ROPE(args, { opParams }) {
    const [a, positions, factors] = [source(args, 0), source(args, 1), args[2]];
    const [, dims = 0, mode = 0] = opParams;
    const neox = mode === 2;
    return mapRows(a, (row, _, token) => {
      const turned = row.slice();
      for (let pair = 0; pair < dims / 2; pair++) {
        const { cos, sin } = rotation(
          opParams,
          pair,
          get(positions, token),
          factors ? get(factors, pair) : 1,
        );
        const [x, y] = neox ? [pair, pair + dims / 2] : [2 * pair, 2 * pair + 1];
        turned[x] = (row[x] ?? 0) * cos - (row[y] ?? 0) * sin;
        turned[y] = (row[x] ?? 0) * sin + (row[y] ?? 0) * cos;
      }
      return turned;
    });
  },

  GET_ROWS(args, { ne }) {
    const [a, rows] = [source(args, 0), source(args, 1)];
    return tabulate(ne, (i0, i1, i2, i3) => get(a, i0, get(rows, i1, i2, i3), i2, i3));
  },

  /** llama.cpp's order of sources: what is written, the row numbers, the target. */
  SET_ROWS(args) {
    const [from, rows, target] = [source(args, 0), source(args, 1), source(args, 2)];
    const written = { ...target, data: target.data.slice() };
    for (let i3 = 0; i3 < from.ne[3]; i3++)
      for (let i2 = 0; i2 < from.ne[2]; i2++)
        for (let i1 = 0; i1 < from.ne[1]; i1++) {
          const row = get(rows, i1, i2 % rows.ne[1], i3 % rows.ne[2]);
          for (let i0 = 0; i0 < from.ne[0]; i0++)
            written.data[place(target, i0, row, i2, i3)] = get(from, i0, i1, i2, i3);
        }
    return written;
  },

  CONCAT(args, { opParams, ne }) {
    const [a, b] = [source(args, 0), source(args, 1)];
    const dim = opParams[0] ?? 0;
    return tabulate(ne, (...index) => {
      const beyond = (index[dim] ?? 0) - (a.ne[dim] ?? 0);
      if (beyond < 0) return get(a, ...index);
      index[dim] = beyond;
      return get(b, ...index);
    });
  },

  REPEAT(args, { ne }) {
    const a = source(args, 0);
    return tabulate(ne, (i0, i1, i2, i3) => get(a, i0 % a.ne[0], i1 % a.ne[1], i2 % a.ne[2], i3 % a.ne[3]));
  },

  RESHAPE(args, { ne }) {
    const a = source(args, 0);
    const expected = dense(a.data, a.ne).strides;
    if (a.strides.some((stride, axis) => stride !== expected[axis] && a.ne[axis] !== 1)) {
      throw new Error('a reshape of what is not contiguous');
    }
    return { ...dense(a.data, ne), at: a.at };
  },

  PERMUTE(args, { opParams }) {
    const a = source(args, 0);
    const ne: [number, number, number, number] = [1, 1, 1, 1];
    const strides: [number, number, number, number] = [0, 0, 0, 0];
    for (const [axis, size] of a.ne.entries()) {
      const to = opParams[axis] ?? 0;
      ne[to] = size;
      strides[to] = a.strides[axis] ?? 0;
    }
    return { ...a, ne, strides };
  },

  TRANSPOSE(args) {
    const a = source(args, 0);
    const turn = ([x, y, z, w]: Shape): Shape => [y, x, z, w];
    return { ...a, ne: turn(a.ne), strides: turn(a.strides) };
  },
};

/** YaRN (Peng et al. 2023), of which plain rotary positions are the case `extFactor` 0, `freqScale` 1. */
function rotation(opParams: Int32Array, pair: number, position: number, factor: number) {
  const [, dims = 0, , , originalContext = 0] = opParams;
  const [base, freqScale, extFactor, attnFactor, betaFast, betaSlow] = [5, 6, 7, 8, 9, 10].map((i) =>
    floatParam(opParams, i),
  ) as [number, number, number, number, number, number];
  const extrapolated = (position * base ** ((-2 * pair) / dims)) / factor;
  let angle = freqScale * extrapolated;
  let size = attnFactor;
  if (extFactor !== 0) {
    const dimensionOf = (turns: number) =>
      (dims * Math.log(originalContext / (turns * 2 * Math.PI))) / (2 * Math.log(base));
    const low = Math.max(0, Math.floor(dimensionOf(betaFast)));
    const high = Math.min(dims - 1, Math.ceil(dimensionOf(betaSlow)));
    const ramp = 1 - Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
    angle = angle * (1 - ramp * extFactor) + extrapolated * ramp * extFactor;
    size *= 1 + 0.1 * Math.log(1 / freqScale);
  }
  return { cos: Math.cos(angle) * size, sin: Math.sin(angle) * size };
}
