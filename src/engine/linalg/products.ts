import { f32, Graph } from '../llama/graph.ts';
import { Computation, type Devices } from '../llama/scheduler.ts';

/** Rows of the second matrix that go to the devices at once. */
const together = 256;

/** Rows of numbers one after the other, F32. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  readonly data: Float32Array<ArrayBuffer>;
}

/** Rows that are made when they are asked for. */
export interface MadeRows {
  readonly count: number;
  /** Shape [count x width] */
  readonly make: (first: number, count: number) => Float32Array;
}

export const rowsOf = (count: number, width: number, data = new Float32Array(count * width)): Rows => ({
  count,
  width,
  data,
});

/** The inner products of all rows of `b` with all rows of `a`, by ggml on every core. Shape [b.count x a.count]. */
export async function rowProducts(
  devices: Devices,
  a: Rows,
  b: Rows | MadeRows,
  signal?: AbortSignal,
): Promise<Rows> {
  const { runtime } = devices;
  const { c } = runtime;
  const result = rowsOf(b.count, a.count);
  const columns = Math.min(together, b.count);
  using inputs = new Graph(runtime, 2);
  const left = inputs.tensor(f32, a.width, a.count);
  const right = inputs.tensor(f32, a.width, columns);
  using _buffer = devices.allocate(inputs);
  using graph = new Graph(runtime, 8);
  const product = graph.mulMat(left, right);
  using computation = new Computation(devices, graph, [product], 8);
  c.ggml_backend_tensor_set(left.pointer, a.data, 0, a.data.byteLength);
  for (let at = 0; at < b.count; at += columns) {
    const count = Math.min(columns, b.count - at);
    const rows = 'make' in b ? b.make(at, count) : b.data.subarray(at * b.width, (at + count) * b.width);
    c.ggml_backend_tensor_set(right.pointer, rows, 0, rows.byteLength);
    await computation.run(signal);
    const into = result.data.subarray(at * a.count, (at + count) * a.count);
    c.ggml_backend_tensor_get(product.pointer, into, 0, into.byteLength);
  }
  return result;
}

/** Side of the squares that are turned at a time, so that both of their sides stay in the processor's cache. */
const square = 64;

/** Rows as columns. */
export function transposedRows({ count, width, data }: Rows): Rows {
  const turned = rowsOf(width, count);
  for (let i0 = 0; i0 < count; i0 += square) {
    for (let j0 = 0; j0 < width; j0 += square) {
      const [i1, j1] = [Math.min(count, i0 + square), Math.min(width, j0 + square)];
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) turned.data[j * count + i] = data[i * width + j] as number;
      }
    }
  }
  return turned;
}
